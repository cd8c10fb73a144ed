package io.hawser.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for something to become true, and fails the test when it does not. Never on an event loop:
 * it blocks the thread that calls.
 */
public final class Await {
  /** Long enough for a busy machine; what is true sooner is seen sooner. */
  public static final Duration DEADLINE = Duration.ofSeconds(30);

  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private Await() {}

  /** As the longer form, with {@link #DEADLINE}. */
  public static void until(String description, BooleanSupplier condition) {
    until(description, condition, DEADLINE);
  }

  /**
   * Returns as soon as the condition holds.
   *
   * @param description what is awaited, as it should stand in the failure
   * @throws AssertionError when it does not hold in time
   */
  public static void until(String description, BooleanSupplier condition, Duration deadline) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNs > deadline.toNanos()) {
        throw new AssertionError("not within " + deadline.toMillis() + " ms: " + description);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  /**
   * The value of a future that has to succeed, within {@link #DEADLINE}.
   *
   * @throws AssertionError when it fails, or does not complete in time
   */
  @CanIgnoreReturnValue
  public static <T> T result(Future<T> future) {
    complete(future);
    if (future.failed()) {
      throw new AssertionError("the future failed", future.cause());
    }
    return future.result();
  }

  /**
   * The cause of a future that has to fail, within {@link #DEADLINE}.
   *
   * @throws AssertionError when it succeeds, or does not complete in time
   */
  @CanIgnoreReturnValue
  public static Throwable failure(Future<?> future) {
    complete(future);
    if (future.succeeded()) {
      throw new AssertionError("the future succeeded with " + future.result());
    }
    return future.cause();
  }

  private static void complete(Future<?> future) {
    CountDownLatch done = new CountDownLatch(1);
    Future<?> unused = future.onComplete(result -> done.countDown());
    try {
      if (!done.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("not within " + DEADLINE.toMillis() + " ms: the future completes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
