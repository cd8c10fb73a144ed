package io.hawser.balancer.core.limit;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The share of failures among the answers of the last ten seconds, or of their most recent part
 * when there were many. Approximate while it turns. Thread-safe.
 */
public final class FailureWindow {
  /** Below so many answers a share says nothing. */
  public static final int MIN_ANSWERS = 20;

  private static final int SLOTS = 10;
  private static final long SLOT_NS = 1_000_000_000L;
  private static final long FAILURE = 1L << 32;
  private static final long ANSWERS = FAILURE - 1;

  private final AtomicLongArray counts = new AtomicLongArray(SLOTS);
  private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

  public void record(boolean failed, long nowNs) {
    long turn = Math.floorDiv(nowNs, SLOT_NS);
    int slot = (int) Math.floorMod(turn, (long) SLOTS);
    if (slots.getAndSet(slot, turn) != turn) {
      counts.set(slot, 0);
    }
    counts.addAndGet(slot, failed ? FAILURE + 1 : 1);
  }

  /** The share of failures; NaN when there are too few answers to say. */
  public double share(long nowNs) {
    long turn = Math.floorDiv(nowNs, SLOT_NS);
    long answers = 0;
    long failures = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (turn - slots.get(slot) < SLOTS) {
        long count = counts.get(slot);
        answers += count & ANSWERS;
        failures += count >>> 32;
      }
    }
    return answers < MIN_ANSWERS ? Double.NaN : (double) failures / answers;
  }

  public void clear() {
    for (int slot = 0; slot < SLOTS; slot++) {
      counts.set(slot, 0);
    }
  }
}
