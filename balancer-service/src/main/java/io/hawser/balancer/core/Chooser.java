package io.hawser.balancer.core;

import io.hawser.balancer.core.strategy.Picker;
import io.hawser.balancer.core.strategy.Pickers;
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
  private final Map<String, EnumMap<Strategy, Picker>> pickers = new HashMap<>();

  public Chooser(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The instance to try next; empty when there is none left.
   *
   * <p>First the one that the client is pinned to, unless it is ejected; then the strategy's choice
   * of those that are not; and when every instance is ejected the one that would be taken back
   * first, because a table of suspects is better than none.
   *
   * @param pinned the client's affinity cookie; empty without
   * @param tried instances that this request has been to
   */
  public Optional<Endpoint> choose(
      Target target, String pinned, List<InstanceKey> tried, long nowNs) {
    Pool pool = target.pool();
    Optional<Endpoint> home =
        pool.pinned(pinned)
            .filter(e -> !tried.contains(e.key()))
            .filter(e -> e.state().admit(nowNs));
    if (home.isPresent()) {
      return home;
    }
    List<Endpoint> left = left(pool.open(), tried, nowNs);
    while (!left.isEmpty()) {
      Endpoint chosen = left.get(picker(pool.service(), target.strategy()).pick(left, nowNs));
      if (chosen.state().admit(nowNs)) {
        return Optional.of(chosen);
      }
      left = left.stream().filter(e -> !e.key().equals(chosen.key())).toList();
    }
    return firstTakenBack(pool.open(), tried);
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

  private static List<Endpoint> left(List<Endpoint> open, List<InstanceKey> tried, long nowNs) {
    boolean all = tried.isEmpty();
    for (int i = 0; all && i < open.size(); i++) {
      all = !open.get(i).state().ejected(nowNs);
    }
    if (all) {
      return open;
    }
    List<Endpoint> left = new ArrayList<>(open.size());
    for (Endpoint endpoint : open) {
      if (!tried.contains(endpoint.key()) && !endpoint.state().ejected(nowNs)) {
        left.add(endpoint);
      }
    }
    return left;
  }

  private static Optional<Endpoint> firstTakenBack(List<Endpoint> open, List<InstanceKey> tried) {
    return open.stream()
        .filter(e -> !tried.contains(e.key()))
        // By difference: readings of the clock may wrap.
        .min((a, b) -> Long.signum(a.state().ejectedUntilNs() - b.state().ejectedUntilNs()));
  }
}
