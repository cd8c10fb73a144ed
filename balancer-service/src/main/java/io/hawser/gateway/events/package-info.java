/** The stream of events to clients. */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.events;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
