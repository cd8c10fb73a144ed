/** What clients of the store decide by themselves: whom to ask, and how long they hold a lease. */
@NullMarked
@CheckReturnValue
package io.hawser.bus.client.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
