package io.hawser.registry.core;

import java.util.concurrent.TimeUnit;

/** The beats of one instance. Not thread-safe: owned by one verticle. Soft state. */
final class Pulse {
  /** From which part of the TTL on a beat is late, in percent. */
  private static final int LATE_PERCENT = 60;

  private final long ttlNs;
  private long lastNs;
  private int beats;
  private boolean lateNoticed;

  /**
   * @param ttlMs the longest gap; 0 when no beats are expected
   * @param nowNs from when on the first gap counts
   */
  Pulse(long ttlMs, long nowNs) {
    this.ttlNs = TimeUnit.MILLISECONDS.toNanos(ttlMs);
    this.lastNs = nowNs;
  }

  void beat(long nowNs) {
    lastNs = nowNs;
    lateNoticed = false;
    beats = Math.min(beats + 1, Integer.MAX_VALUE - 1);
  }

  /** Whether beats are expected, and none has come since the count was last restarted. */
  boolean silent() {
    return ttlNs > 0 && beats == 0;
  }

  /** Whether the gap is longer than the TTL. */
  boolean lapsed(long nowNs) {
    return ttlNs > 0 && nowNs - lastNs > ttlNs;
  }

  /** Whether the next beat is late; true once for each gap. */
  boolean becameLate(long nowNs) {
    if (ttlNs == 0 || lateNoticed || nowNs - lastNs < ttlNs / 100 * LATE_PERCENT) {
      return false;
    }
    lateNoticed = true;
    return true;
  }

  /** The beats since the count was last restarted. */
  int beats() {
    return beats;
  }

  void restartCount() {
    beats = 0;
  }

  void shift(long ns) {
    lastNs += ns;
  }

  String silence(long nowNs) {
    return "no beat for "
        + TimeUnit.NANOSECONDS.toMillis(nowNs - lastNs)
        + " ms (TTL "
        + TimeUnit.NANOSECONDS.toMillis(ttlNs)
        + " ms)";
  }
}
