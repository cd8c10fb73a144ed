/** Processes of a drill, and what sees to it that none of them and no fault outlives it. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.process;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
