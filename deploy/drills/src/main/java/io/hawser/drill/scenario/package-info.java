/** The drills themselves. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.scenario;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
