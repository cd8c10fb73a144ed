package io.hawser.failover.core;

import java.util.concurrent.TimeUnit;

/**
 * Whether this node may act as the manager. It waits first, when it becomes the lowest node, and
 * again when it was held up for so long that another one may have acted in the meantime and its own
 * catalog is old. Soft state. Not thread-safe: owned by one verticle.
 */
public final class Turn {
  /** A look that comes later than this after its time: the node was held up. */
  static final long LATE_MS = 2_000;

  /** Longer than the catalog takes to exchange with a peer, which it does every 2 s. */
  static final long CATCH_UP_MS = 3_000;

  /** What is new about the turn. */
  public enum Change {
    NONE,
    BEGUN,
    ENDED,
    HELD_UP
  }

  private final long settleNs;
  private final long lateNs;
  private boolean lowest;
  private boolean looked;
  private long lastLookNs;
  private long actFromNs;

  /**
   * @param settleMs how long to wait when the turn begins
   * @param lookMs how often {@link #look} is called at least
   */
  public Turn(long settleMs, long lookMs) {
    this.settleNs = TimeUnit.MILLISECONDS.toNanos(settleMs);
    this.lateNs = TimeUnit.MILLISECONDS.toNanos(lookMs + LATE_MS);
  }

  /** Takes in whether this node is the lowest one now. */
  public Change look(boolean lowestNow, long nowNs) {
    boolean held = heldUp(nowNs);
    Change change = change(lowestNow, held);
    if (change == Change.BEGUN) {
      actFromNs = nowNs + settleNs;
    }
    if (held) {
      actFromNs = nowNs + Math.max(settleNs, TimeUnit.MILLISECONDS.toNanos(CATCH_UP_MS));
    }
    lowest = lowestNow;
    looked = true;
    lastLookNs = nowNs;
    return change;
  }

  private Change change(boolean lowestNow, boolean held) {
    if (lowestNow != lowest) {
      return lowestNow ? Change.BEGUN : Change.ENDED;
    }
    return lowestNow && held ? Change.HELD_UP : Change.NONE;
  }

  /** Whether to act; never before the first look, nor when the last one is long ago. */
  public boolean mayAct(long nowNs) {
    return lowest && !heldUp(nowNs) && nowNs - actFromNs >= 0;
  }

  private boolean heldUp(long nowNs) {
    return looked && nowNs - lastLookNs > lateNs;
  }
}
