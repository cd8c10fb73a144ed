package io.hawser.balancer.core;

import io.hawser.balancer.core.strategy.Picker;
import io.hawser.balancer.core.strategy.Pickers;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Chooses the instance for a request, and the next one when that could not take it. Not
 * thread-safe: owned by one event loop, which has a turn of its own in each round robin.
 */
public final class Chooser {
  private final RandomGenerator random;
  private final String zone;
  private final boolean tries;
  private final Map<String, EnumMap<Strategy, Picker>> pickers = new HashMap<>();

  public Chooser(RandomGenerator random) {
    this(random, "", true);
  }

  /**
   * @param zone whose instances are preferred; empty: none is
   * @param tries whether the balancer hears how the requests fare: else none of them is the one by
   *     which an instance on probation is tried, and one whose ejection is over is like any other
   */
  public Chooser(RandomGenerator random, String zone, boolean tries) {
    this.random = random;
    this.zone = zone;
    this.tries = tries;
  }

  /** The same for a request without a key. */
  Optional<Endpoint> choose(Target target, String pinned, List<InstanceKey> tried, long nowNs) {
    return choose(target, pinned, 0, tried, nowNs);
  }

  /**
   * The instance to try next; empty when there is none left.
   *
   * <p>First the one that the client is pinned to, unless it is ejected; then the strategy's choice
   * of those that are not. When most are ejected the reason is more likely to be here than there:
   * then all count that take connections. And when none is left, the one that would be taken back
   * first, one that takes connections before one that does not, because a table of suspects is
   * better than none. Of an exclusive service it is nobody when its role has lapsed.
   *
   * @param pinned the client's affinity cookie; empty without
   * @param key a hash of what keeps the client with an instance
   * @param tried instances that this request has been to
   */
  public Optional<Endpoint> choose(
      Target target, String pinned, long key, List<InstanceKey> tried, long nowNs) {
    Pool pool = target.pool();
    if (target.lapsed(nowNs)) {
      return Optional.empty();
    }
    Optional<Endpoint> home =
        pool.pinned(pinned).filter(e -> !tried.contains(e.key())).filter(e -> admits(e, nowNs));
    if (home.isPresent()) {
      return home;
    }
    boolean panic = pool.panics(nowNs);
    List<Endpoint> left = near(left(pool.open(), tried, panic, nowNs));
    Picker picker = picker(pool.service(), strategy(target));
    while (!left.isEmpty()) {
      Endpoint chosen = left.get(picker.pick(left, nowNs, key));
      // What took no connections is on probation even then.
      if ((panic && !chosen.state().refused()) || admits(chosen, nowNs)) {
        return Optional.of(chosen);
      }
      left = left.stream().filter(e -> !e.key().equals(chosen.key())).toList();
    }
    return firstTakenBack(pool.open(), tried);
  }

  private boolean admits(Endpoint endpoint, long nowNs) {
    return tries ? endpoint.state().admit(nowNs) : !endpoint.state().ejected(nowNs);
  }

  /** Clients that are to stay by what they send are kept together by it. */
  private static Strategy strategy(Target target) {
    Affinity affinity = target.affinity();
    boolean keyed = affinity == Affinity.HEADER || affinity == Affinity.CLIENT_ADDRESS;
    return keyed ? Strategy.CONSISTENT_HASH : target.strategy();
  }

  /** Forgets the turns of services that are no more. */
  public void retain(RoutingTable table) {
    pickers.keySet().retainAll(table.pools().keySet());
  }

  private Picker picker(String service, Strategy strategy) {
    return pickers
        .computeIfAbsent(service, s -> new EnumMap<>(Strategy.class))
        .computeIfAbsent(strategy, s -> Pickers.of(s, random));
  }

  private static List<Endpoint> left(
      List<Endpoint> open, List<InstanceKey> tried, boolean panic, long nowNs) {
    boolean all = tried.isEmpty();
    for (int i = 0; all && i < open.size(); i++) {
      all = !open.get(i).state().ejected(nowNs);
    }
    if (all) {
      return open;
    }
    List<Endpoint> left = new ArrayList<>(open.size());
    for (Endpoint endpoint : open) {
      boolean out = panic ? endpoint.state().refuses(nowNs) : endpoint.state().ejected(nowNs);
      if (!out && !tried.contains(endpoint.key())) {
        left.add(endpoint);
      }
    }
    return left;
  }

  /** Those of the zone, when they are not so few that they would carry the others' load. */
  private List<Endpoint> near(List<Endpoint> left) {
    if (zone.isEmpty()) {
      return left;
    }
    List<Endpoint> near = left.stream().filter(e -> e.zone().equals(zone)).toList();
    long zones = left.stream().map(Endpoint::zone).distinct().count();
    boolean enough = near.size() * zones * 10 >= left.size() * 7L;
    return !near.isEmpty() && enough ? near : left;
  }

  private static Optional<Endpoint> firstTakenBack(List<Endpoint> open, List<InstanceKey> tried) {
    return open.stream()
        .filter(e -> !tried.contains(e.key()))
        .min(
            (a, b) ->
                a.state().refused() == b.state().refused()
                    // By difference: readings of the clock may wrap.
                    ? Long.signum(a.state().ejectedUntilNs() - b.state().ejectedUntilNs())
                    : Boolean.compare(a.state().refused(), b.state().refused()));
  }
}
