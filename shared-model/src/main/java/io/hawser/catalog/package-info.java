/**
 * The catalog: every register ({@link io.hawser.model.Facet}) that the nodes share, and what it
 * adds up to for readers. A pure core; {@code io.hawser.bus.client.CatalogReplica} connects it to
 * the bus.
 */
@NullMarked
@CheckReturnValue
package io.hawser.catalog;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
