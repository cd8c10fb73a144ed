/** One sequence of operations against two stores, whose answers have to be the same. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.answers;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
