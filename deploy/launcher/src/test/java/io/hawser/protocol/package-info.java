/**
 * The protocol of failovers of an exclusive service in a small world, of which everything is looked
 * at that may happen. The cores of the store, of the lease, of the manager and of the balancers are
 * those that run; around them the world does only what a {@link io.hawser.protocol.Move} has it do.
 */
@NullMarked
@CheckReturnValue
package io.hawser.protocol;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
