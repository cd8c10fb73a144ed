package io.hawser.balancer.core;

import java.util.List;
import java.util.Optional;

/**
 * The instances of a service that requests may go to. Immutable.
 *
 * @param cookie the name of the service's affinity cookie
 * @param routable every routable instance, by id
 * @param open those that take new traffic: the ones with a weight, or all when none has
 * @param census how many instances there are and why they are not routable, for people
 */
public record Pool(
    String service, String cookie, List<Endpoint> routable, List<Endpoint> open, String census) {
  public Pool {
    routable = List.copyOf(routable);
    open = List.copyOf(open);
  }

  static Pool of(String service, String cookie, List<Endpoint> routable, String census) {
    List<Endpoint> weighted = routable.stream().filter(e -> e.weight() > 0).toList();
    return new Pool(service, cookie, routable, weighted.isEmpty() ? routable : weighted, census);
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
