package io.hawser.gateway.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Rendezvous;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Chooses an instance for a client that connects by itself. It knows nothing of the traffic through
 * the balancers.
 *
 * <p>Not thread-safe: owned by the event loop of the API server.
 */
public final class Picker {
  /** The most services for which a turn is remembered. */
  private static final int MAX_TURNS = 10_000;

  private final Map<String, Long> turns = new HashMap<>();

  /** One instance after the other, in the order of their ids. */
  public Optional<InstanceView> inTurn(String service, List<InstanceView> routable) {
    if (routable.isEmpty()) {
      return Optional.empty();
    }
    if (turns.size() >= MAX_TURNS) {
      turns.clear();
    }
    long turn = turns.merge(service, 1L, Long::sum) - 1;
    return Optional.of(routable.get((int) (turn % routable.size())));
  }

  /** The same instance for the same key, as long as it is there. */
  public static Optional<InstanceView> byKey(String key, List<InstanceView> routable) {
    return routable.stream()
        .max(
            Comparator.<InstanceView>comparingLong(i -> Rendezvous.hash(key + '\0' + i.key().id()))
                .thenComparing(InstanceView::key));
  }

  /**
   * By chance, in proportion to the weights; evenly when they are all 0.
   *
   * @param random a number from 0 to below its argument
   */
  public static Optional<InstanceView> byWeight(
      List<InstanceView> routable, IntUnaryOperator random) {
    if (routable.isEmpty()) {
      return Optional.empty();
    }
    int total = routable.stream().mapToInt(i -> i.registration().weight()).sum();
    if (total == 0) {
      return Optional.of(routable.get(random.applyAsInt(routable.size())));
    }
    int left = random.applyAsInt(total);
    for (InstanceView instance : routable) {
      left -= instance.registration().weight();
      if (left < 0) {
        return Optional.of(instance);
      }
    }
    return Optional.of(routable.getLast());
  }
}
