package io.hawser.drill.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something to become true. Blocks its thread. */
public final class Wait {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private Wait() {}

  /** Whether it became true within the limit. */
  public static boolean until(Duration limit, BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      long leftNs = limit.toNanos() - (System.nanoTime() - startNs);
      if (leftNs <= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(Math.min(LOOK_NS, leftNs));
    }
    return true;
  }

  /** Lets time pass, as traffic needs it. */
  public static void pass(Duration time) {
    var unused = until(time, () -> false);
  }
}
