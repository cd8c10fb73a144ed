package io.hawser.monitor.core.window;

/**
 * A stretch of wall-clock time in milliseconds: after {@code fromMs}, up to and with {@code toMs}.
 *
 * <p>What comes in one-second slots counts by whole seconds: the second that {@code toMs} lies in
 * and those before it, as many as the window is long.
 */
public record Window(long fromMs, long toMs) {
  /** How long measurements are kept, and so the longest window. */
  public static final long KEPT_MS = 600_000;

  public static final long DEFAULT_MS = 60_000;
  public static final long SHORTEST_MS = 1_000;

  /**
   * How far ahead of this node's clock a measurement may be. It counts once the clock has come to
   * it.
   */
  public static final long AHEAD_MS = 60_000;

  private static final long SECOND_MS = 1_000;

  /**
   * The seconds that may be kept at one moment, so many that no two of them share a slot of a ring
   * of this size.
   */
  static final int SLOTS = (int) ((KEPT_MS + AHEAD_MS) / SECOND_MS) + 1;

  /** The window of this length that ends now. */
  public static Window last(long lengthMs, long nowMs) {
    return new Window(nowMs - lengthMs, nowMs);
  }

  public boolean has(long atMs) {
    return atMs > fromMs && atMs <= toMs;
  }

  public boolean hasSecond(long second) {
    long last = second(toMs);
    return second > last - Math.ceilDiv(lengthMs(), SECOND_MS) && second <= last;
  }

  public long lengthMs() {
    return toMs - fromMs;
  }

  /** How many things a second, when this many happened in the window. */
  double rate(long count) {
    return count * (double) SECOND_MS / lengthMs();
  }

  static long second(long atMs) {
    return Math.floorDiv(atMs, SECOND_MS);
  }

  /** Whether a measurement of this second is kept now. */
  static boolean keepsSecond(long second, long nowMs) {
    long now = second(nowMs);
    return second >= now - KEPT_MS / SECOND_MS && second <= now + AHEAD_MS / SECOND_MS;
  }

  /** The slot for a second in a ring of {@link #SLOTS}. */
  static int slot(long second) {
    return (int) Math.floorMod(second, (long) SLOTS);
  }
}
