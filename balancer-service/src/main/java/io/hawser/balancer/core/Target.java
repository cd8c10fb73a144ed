package io.hawser.balancer.core;

import io.hawser.balancer.core.limit.Guard;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;

/**
 * Where a request goes.
 *
 * @param route the rules for it; of the default route when no other matches
 * @param uri the path and query to ask the instance for
 * @param roles those that the pool was made from
 */
public record Target(Pool pool, Route route, Guard guard, String uri, Roles roles) {
  Target(Pool pool, Strategy strategy, Affinity affinity, String uri) {
    this(
        pool,
        new Route(pool.service(), "", "", false, strategy, affinity),
        Guard.NONE,
        uri,
        Roles.unconfirmed());
  }

  /**
   * Whether nobody may be routed because it is not known any more who is active: another balancer
   * may be routing the next one already.
   */
  public boolean lapsed(long nowNs) {
    return pool.exclusive() && !roles.stand(nowNs);
  }

  public Strategy strategy() {
    return route.strategy();
  }

  public Affinity affinity() {
    return route.affinity();
  }
}
