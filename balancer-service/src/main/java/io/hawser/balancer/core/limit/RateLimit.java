package io.hawser.balancer.core.limit;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * So many requests a second from each of many, with a second's worth at once (the generic cell rate
 * algorithm: for each there is only the time at which what it has taken is paid off). Those that
 * fall together in the table share a rate. Thread-safe.
 */
public final class RateLimit {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Nothing has been taken yet. */
  private static final long NEVER = 0;

  private final long intervalNs;
  private final long burstNs;

  private final AtomicLongArray paidOffNs;

  /**
   * @param slots how many are told apart; 1 for one limit for all
   */
  public RateLimit(int perSecond, int slots) {
    this.intervalNs = SECOND_NS / perSecond;
    this.burstNs = SECOND_NS - intervalNs;
    this.paidOffNs = new AtomicLongArray(slots);
  }

  /** Whether one more may pass now; if so, it counts. */
  public boolean take(int hash, long nowNs) {
    int slot = Math.floorMod(hash * 0x9E3779B9, paidOffNs.length());
    while (true) {
      long before = paidOffNs.get(slot);
      long ahead = before == NEVER ? 0 : Math.max(0, before - nowNs);
      if (ahead > burstNs) {
        return false;
      }
      long next = nowNs + ahead + intervalNs;
      if (paidOffNs.compareAndSet(slot, before, next == NEVER ? 1 : next)) {
        return true;
      }
    }
  }
}
