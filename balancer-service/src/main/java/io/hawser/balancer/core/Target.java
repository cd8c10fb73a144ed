package io.hawser.balancer.core;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;

/**
 * Where a request goes.
 *
 * @param uri the path and query to ask the instance for
 */
public record Target(Pool pool, Strategy strategy, Affinity affinity, String uri) {}
