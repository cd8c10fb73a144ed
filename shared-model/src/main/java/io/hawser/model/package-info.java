/**
 * The nouns of Hawser, as deeply immutable records. Pure: nothing here does I/O, reads a clock or
 * knows Vert.x.
 *
 * <p>A <em>node</em> is one Hawser process. A <em>service</em> is a set of <em>instances</em> that
 * other people run. What is known of an instance is kept in <em>facets</em>, each with one class of
 * writer (see {@link io.hawser.model.Facet}). Whatever crosses the bus is a {@link
 * io.hawser.model.HawserMessage}.
 */
@NullMarked
@CheckReturnValue
package io.hawser.model;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
