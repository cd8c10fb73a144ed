package io.hawser.balancer.core;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * The instances of a service that requests may go to. Immutable.
 *
 * @param cookie the name of the service's affinity cookie
 * @param routable every routable instance, by id
 * @param open those that take new traffic: the ones with a weight, or all when none has
 * @param census how many instances there are and why they are not routable, for people
 * @param exclusive whether there is one at most, and that only as long as its role stands
 * @param byName how requests go that no route matches and whose path names the service
 */
public record Pool(
    String service,
    String cookie,
    List<Endpoint> routable,
    List<Endpoint> open,
    String census,
    boolean exclusive,
    Route byName) {
  private static final double OUTLIER_SHARE = 0.5;
  private static final double OUTLIER_FACTOR = 3;

  public Pool {
    routable = List.copyOf(routable);
    open = List.copyOf(open);
  }

  static Pool of(String service, String cookie, List<Endpoint> routable, String census) {
    return of(service, cookie, routable, census, false);
  }

  static Pool of(
      String service, String cookie, List<Endpoint> routable, String census, boolean exclusive) {
    List<Endpoint> weighted = routable.stream().filter(e -> e.weight() > 0).toList();
    List<Endpoint> open = weighted.isEmpty() ? routable : weighted;
    Route byName = new Route(service, "", "", true, Strategy.TWO_CHOICES, Affinity.NONE);
    return new Pool(service, cookie, routable, open, census, exclusive, byName);
  }

  /** Whether more than half of the instances are ejected, and not for refusing connections. */
  public boolean panics(long nowNs) {
    int ejected = 0;
    int refusing = 0;
    for (int i = 0; i < open.size(); i++) {
      EndpointState state = open.get(i).state();
      if (state.ejected(nowNs)) {
        ejected++;
        refusing += state.refuses(nowNs) ? 1 : 0;
      }
    }
    return 2 * ejected > open.size() && refusing < ejected;
  }

  /**
   * Whether one more may be ejected that still takes connections: half of all, and never the last.
   */
  public boolean mayEject(EndpointState of, long nowNs) {
    int ejected = 0;
    for (int i = 0; i < open.size(); i++) {
      EndpointState other = open.get(i).state();
      // Not itself: on probation it is out already, and to stay out takes no more of the pool.
      ejected += !other.equals(of) && other.ejected(nowNs) ? 1 : 0;
    }
    return open.size() == 1 || 2 * (ejected + 1) <= Math.max(2, open.size());
  }

  /** Whether an instance fails in half of its answers or more, and its peers hardly do. */
  public boolean outlier(Endpoint endpoint, long nowNs) {
    double share = endpoint.state().failureShare(nowNs);
    if (Double.isNaN(share) || share < OUTLIER_SHARE) {
      return false;
    }
    double[] peers =
        open.stream()
            .filter(e -> !e.key().equals(endpoint.key()))
            .mapToDouble(e -> e.state().failureShare(nowNs))
            .filter(peer -> !Double.isNaN(peer))
            .sorted()
            .toArray();
    return peers.length > 0 && share >= OUTLIER_FACTOR * peers[peers.length / 2];
  }

  /**
   * The instance that a cookie's value belongs to; empty when it is not routable, or the value is
   * none of ours.
   */
  public Optional<Endpoint> pinned(String affinity) {
    return affinity.isEmpty()
        ? Optional.empty()
        : routable.stream().filter(e -> e.affinity().equals(affinity)).findFirst();
  }
}
