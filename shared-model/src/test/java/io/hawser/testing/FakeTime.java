package io.hawser.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.node.Time;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A time whose hands the test turns. Stands still otherwise. Thread-safe. */
public final class FakeTime {
  private final AtomicLong nanos;
  private final AtomicLong wallMs;

  /** Nanoseconds from 0, and a wall clock somewhere in 2023. */
  public FakeTime() {
    this(0, 1_700_000_000_000L);
  }

  public FakeTime(long nanos, long wallMs) {
    this.nanos = new AtomicLong(nanos);
    this.wallMs = new AtomicLong(wallMs);
  }

  /** What to give to the code under test. */
  public Time time() {
    return new Time(nanos::get, wallMs::get);
  }

  /** Both hands, by as much. */
  @CanIgnoreReturnValue
  public FakeTime advanceMs(long ms) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    wallMs.addAndGet(ms);
    return this;
  }

  /** Only the wall clock, as an operator or NTP would. */
  @CanIgnoreReturnValue
  public FakeTime setWallMs(long ms) {
    wallMs.set(ms);
    return this;
  }

  /** Only the nanoseconds. */
  @CanIgnoreReturnValue
  public FakeTime setNanos(long ns) {
    nanos.set(ns);
    return this;
  }

  public long nowNs() {
    return nanos.get();
  }

  public long wallMs() {
    return wallMs.get();
  }
}
