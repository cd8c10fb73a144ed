package io.hawser.sim;

import io.hawser.node.Time;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The clocks of one node: all run at the same speed, and each is wrong by its own amount. */
public final class SimClock {
  /** The wall clock of a node without skew at the start of a run: some day in 2023. */
  public static final long EPOCH_MS = 1_700_000_000_000L;

  private final LongSupplier worldMs;
  private final long nanosOrigin;
  private long skewMs;

  SimClock(LongSupplier worldMs, long nanosOrigin) {
    this.worldMs = worldMs;
    this.nanosOrigin = nanosOrigin;
  }

  public long wallMs() {
    return EPOCH_MS + worldMs.getAsLong() + skewMs;
  }

  /** Rises steadily, from an origin that means nothing to other nodes. */
  public long nowNs() {
    return nanosOrigin + TimeUnit.MILLISECONDS.toNanos(worldMs.getAsLong());
  }

  /** Sets how far the wall clock is ahead; as a step, when it ran before. */
  public void skew(long ms) {
    skewMs = ms;
  }

  /** What to give to the code under test. */
  public Time time() {
    return new Time(this::nowNs, this::wallMs);
  }
}
