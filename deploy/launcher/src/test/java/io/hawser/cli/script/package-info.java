/** Tests of the shell script {@code bin/hawser}. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.script;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
