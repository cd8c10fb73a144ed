/** The commands that talk to a running node. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.command;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
