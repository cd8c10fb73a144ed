package io.hawser.node;

import java.util.function.LongSupplier;

/**
 * Where a node reads the time. Injected, so that tests can turn the hands.
 *
 * @param nanos for durations: compared by difference, never across processes
 * @param wall milliseconds since 1970: for people, stamps and expiry dates
 */
public record Time(LongSupplier nanos, LongSupplier wall) {
  public static final Time SYSTEM = new Time(System::nanoTime, System::currentTimeMillis);

  public long nowNs() {
    return nanos.getAsLong();
  }

  public long wallMs() {
    return wall.getAsLong();
  }
}
