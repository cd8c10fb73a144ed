/** The commands that start and stop nodes on this machine. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.cluster;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
