package io.hawser.architecture.planted.model;

import java.util.concurrent.atomic.AtomicLong;

/** Breaks no rule: the model may have atomics. */
public final class Counter {
  private final AtomicLong count = new AtomicLong();

  public long next() {
    return count.incrementAndGet();
  }
}
