package io.hawser.drill.kv;

/** One monotonic clock for all clients of a run, that starts at 0. Thread-safe. */
public final class Stopwatch {
  private final long originNs = System.nanoTime();

  public long nowNs() {
    return System.nanoTime() - originNs;
  }
}
