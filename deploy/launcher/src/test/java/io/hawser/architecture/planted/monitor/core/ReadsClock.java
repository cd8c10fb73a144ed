package io.hawser.architecture.planted.monitor.core;

import java.time.Instant;

/** A core that reads the clock, twice. */
final class ReadsClock {
  private ReadsClock() {}

  static long nanos() {
    return System.nanoTime();
  }

  static Instant instant() {
    return Instant.now();
  }
}
