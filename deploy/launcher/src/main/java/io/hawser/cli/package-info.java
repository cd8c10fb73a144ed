/** The command line: picks the command, prints help and turns failures into exit codes. */
@NullMarked
@CheckReturnValue
package io.hawser.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
