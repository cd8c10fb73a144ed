/** Typed access to the replicated store: reads, changes, watches and leases. */
@NullMarked
@CheckReturnValue
package io.hawser.bus.client.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
