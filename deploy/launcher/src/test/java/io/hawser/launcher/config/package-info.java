/** Tests of the launcher. */
@NullMarked
package io.hawser.launcher.config;

import org.jspecify.annotations.NullMarked;
