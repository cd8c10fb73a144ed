/** The commands of whoever operates nodes: what they are set to, and what is wrong with them. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.ops;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
