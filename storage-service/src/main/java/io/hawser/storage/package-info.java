/**
 * The replicated, durable, linearizable key-value store. It has no role yet: until it has, what
 * must be agreed upon lives in the catalog, and the node with the lowest id acts alone (see the
 * decision records).
 */
@NullMarked
@CheckReturnValue
package io.hawser.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
