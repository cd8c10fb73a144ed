/**
 * The decisions of failover, pure: from what the catalog says of a service, and what drivers
 * answered, to the next writes and calls.
 *
 * <p>The state is the incident record in the catalog. What is kept in memory here are answers and
 * timers, which the next manager does without.
 */
@NullMarked
@CheckReturnValue
package io.hawser.failover.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
