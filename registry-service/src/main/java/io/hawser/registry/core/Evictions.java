package io.hawser.registry.core;

import java.util.concurrent.TimeUnit;

/**
 * How many instances one node may evict: this node's part of {@link #PERCENT} of all in a minute,
 * and one in any case. Whatever takes many instances for dead, be it a fault in here, does not take
 * the catalog away before somebody looks. A bucket of tokens, full at the start.
 *
 * <p>Not thread-safe: owned by one verticle. Soft state.
 */
final class Evictions {
  static final int PERCENT = 15;

  private static final double WINDOW_NS = TimeUnit.MINUTES.toNanos(1);

  private double most = 1;
  private double left = 1;
  private long lastNs;
  private boolean taken;

  /**
   * @param instances in all
   * @param nodes among which they are parted
   */
  void of(int instances, int nodes) {
    most = Math.max(1, Math.ceil((double) instances * PERCENT / 100 / nodes));
    left = taken ? Math.min(left, most) : most;
  }

  /** Takes one; false when there is none. */
  boolean take(long nowNs) {
    if (taken) {
      left = Math.min(most, left + (nowNs - lastNs) * most / WINDOW_NS);
    }
    taken = true;
    lastNs = nowNs;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
