package io.hawser.failover;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which services are looked at with a tick: those in which something goes on or may come to be due
 * by itself, and all others in turn, a part at a time, so that what no notice of a change brought
 * is found. Soft state. Not thread-safe: owned by one verticle.
 */
final class Rounds {
  /** In how many ticks all have their turn. */
  static final int TICKS = 20;

  private final Set<String> restless = new HashSet<>();
  private final ArrayDeque<String> turn = new ArrayDeque<>();
  private int part;
  private boolean all = true;

  /** Something may have been missed: the next tick looks at all. */
  void restart() {
    all = true;
  }

  /** Nothing comes to be due in it without a change. */
  void settled(String service) {
    boolean unused = restless.remove(service);
  }

  /** It is to be looked at with each tick. */
  void restless(String service) {
    boolean unused = restless.add(service);
  }

  /**
   * The services to look at now, in order.
   *
   * @param services every service; asked for at the beginning of a round only
   */
  Set<String> due(Supplier<Set<String>> services) {
    if (all) {
      all = false;
      turn.clear();
      return services.get();
    }
    if (turn.isEmpty()) {
      turn.addAll(services.get());
      part = (turn.size() + TICKS - 1) / TICKS;
    }
    Set<String> due = new TreeSet<>(restless);
    for (int left = part; left > 0 && !turn.isEmpty(); left--) {
      due.add(turn.remove());
    }
    return due;
  }
}
