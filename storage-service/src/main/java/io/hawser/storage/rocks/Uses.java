package io.hawser.storage.rocks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Counts who uses something, so that it ends when nobody does. Thread-safe. */
final class Uses {
  /** Set when it is to end; the count is below it. */
  private static final long ENDING = 1L << 62;

  private final AtomicLong state = new AtomicLong();
  private final CountDownLatch unused = new CountDownLatch(1);

  /**
   * @throws StoreException when it has ended or is about to
   */
  void enter() {
    if (state.incrementAndGet() > ENDING) {
      leave();
      throw closed();
    }
  }

  void leave() {
    if (state.decrementAndGet() == ENDING) {
      unused.countDown();
    }
  }

  /** Ends a long use early. */
  void check() {
    if (state.get() > ENDING) {
      throw closed();
    }
  }

  /**
   * Turns new uses away and waits for the others.
   *
   * @return whether this call has ended it, and not an earlier one
   */
  boolean end() {
    long before = state.getAndUpdate(s -> s >= ENDING ? s : s + ENDING);
    if (before >= ENDING) {
      return false;
    }
    if (before == 0) {
      return true;
    }
    awaitUnused();
    return true;
  }

  private void awaitUnused() {
    boolean interrupted = false;
    while (true) {
      try {
        unused.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static StoreException closed() {
    return new StoreException("the store is closed");
  }
}
