/** Tests of the launcher. */
@NullMarked
package io.hawser.launcher.machine;

import org.jspecify.annotations.NullMarked;
