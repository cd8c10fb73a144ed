/**
 * Typed access to the services over the bus: each class has the verbs of the service that it calls.
 */
@NullMarked
@CheckReturnValue
package io.hawser.bus.client;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
