/**
 * Detection: what the evidence on each watched instance adds up to. A pure core; {@code
 * io.hawser.registry.RegistryVerticle} connects it to the bus, the catalog and the sockets.
 */
@NullMarked
@CheckReturnValue
package io.hawser.registry.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
