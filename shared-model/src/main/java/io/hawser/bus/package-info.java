/**
 * The typed event bus: addresses, one codec for every message, and the only user of Vert.x's
 * EventBus.
 */
@NullMarked
@CheckReturnValue
package io.hawser.bus;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
