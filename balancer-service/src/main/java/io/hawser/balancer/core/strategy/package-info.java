/** The ways to choose one instance among several. Pure: chance and time are handed in. */
@NullMarked
@CheckReturnValue
package io.hawser.balancer.core.strategy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
