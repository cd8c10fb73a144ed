package io.hawser.protocol;

/**
 * The clocks of the world's nodes: each begins just before the wrap, and runs as fast as it does.
 */
final class Clock {
  private static final long START_NS = Long.MAX_VALUE - 4_500_000_000L;
  private static final long NS_PER_MS_AND_PERMILLE = 1_000;

  private Clock() {}

  static long ns(long nowMs, long permille) {
    return START_NS + nowMs * permille * NS_PER_MS_AND_PERMILLE;
  }
}
