package io.hawser.architecture.planted.monitor.core;

import io.hawser.architecture.planted.model.Counter;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Breaks no rule: seeded dice, units and the model are a core's to use. */
public record Window(Counter counter, Duration length) {
  public long jitterNs(long seed) {
    return TimeUnit.MILLISECONDS.toNanos(new Random(seed).nextInt(10));
  }
}
