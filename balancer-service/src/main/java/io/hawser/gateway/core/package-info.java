/**
 * What the gateway decides without I/O: paths, queries, the ring of events, batches of beats,
 * picks. Pure.
 */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
