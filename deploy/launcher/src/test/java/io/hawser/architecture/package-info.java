/**
 * Holds the code to the shape that the design draws: who may use whom, what a core may touch, and
 * what nobody does. Each rule is also run against planted classes that break it, so that a rule
 * which sees nothing is noticed.
 */
@NullMarked
@CheckReturnValue
package io.hawser.architecture;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
