/** Tests of the launcher. */
@NullMarked
package io.hawser.launcher;

import org.jspecify.annotations.NullMarked;
