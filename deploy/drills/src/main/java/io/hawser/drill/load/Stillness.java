package io.hawser.drill.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that wants to run every few milliseconds, and tells a log how late it was: what a
 * machine that is short of processors does to everybody on it (the idea is jHiccup's).
 */
public final class Stillness implements AutoCloseable {
  private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final PhaseLog log;
  private final Thread thread;
  private volatile boolean over;

  private Stillness(PhaseLog log) {
    this.log = log;
    this.thread = Thread.ofPlatform().name("stillness").daemon().unstarted(this::run);
  }

  /** Begins to look. */
  public static Stillness watch(PhaseLog log) {
    Stillness stillness = new Stillness(log);
    stillness.thread.start();
    return stillness;
  }

  private void run() {
    while (!over) {
      long wantedNs = System.nanoTime() + EVERY_NS;
      for (long leftNs = EVERY_NS; leftNs > 0; leftNs = wantedNs - System.nanoTime()) {
        LockSupport.parkNanos(leftNs);
      }
      log.stoodStill(wantedNs, System.nanoTime());
    }
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
