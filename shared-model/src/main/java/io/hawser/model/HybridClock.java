package io.hawser.model;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A hybrid logical clock: never behind the wall clock, never behind a reading that it has seen, and
 * strictly rising.
 *
 * <p>A reading is 48 bits of wall-clock milliseconds over a 16-bit counter. Thread-safe: one per
 * node, read by every verticle. After Kulkarni et al., "Logical Physical Clocks" (2014), with the
 * two parts in one word.
 */
public final class HybridClock {
  private static final int COUNTER_BITS = 16;

  private final AtomicLong last = new AtomicLong();

  /** The next reading, higher than each one that this clock gave or observed before. */
  public long next(long wallMs) {
    long floor = wallMs << COUNTER_BITS;
    return last.updateAndGet(previous -> Math.max(previous + 1, floor));
  }

  /** Takes note of another node's reading, so that what this node writes next is newer. */
  public void observe(long hlc) {
    last.accumulateAndGet(hlc, Math::max);
  }

  /** How far the clock is ahead of the wall clock, in milliseconds; below 0: behind it. */
  public long leadMs(long wallMs) {
    return wallMs(last.get()) - wallMs;
  }

  /** The wall clock part of a reading, in milliseconds since 1970. */
  public static long wallMs(long hlc) {
    return hlc >>> COUNTER_BITS;
  }
}
