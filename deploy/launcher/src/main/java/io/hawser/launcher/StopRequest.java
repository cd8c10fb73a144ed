package io.hawser.launcher;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wish that this process ends: by a signal, or by the end of the parent. The first signal asks
 * for a stop in order; the second ends the process at once, with 128 and the signal's number.
 * Thread-safe.
 */
final class StopRequest {
  private static final Logger log = LoggerFactory.getLogger(StopRequest.class);
  private static final int SIGNALLED = 128;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger signals = new AtomicInteger();

  /** Listens to signals from now on. */
  StopRequest onSignals() {
    if (!Signals.handle(this::signal)) {
      // Then the first signal stops in order by way of a hook, and the second does nothing.
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    asked.countDown();
                    await(over);
                  },
                  "hawser-stop"));
    }
    return this;
  }

  private void signal(int number) {
    if (signals.getAndIncrement() == 0) {
      log.info("stop asked for signal={}; a second one ends the process at once", number);
      asked.countDown();
    } else {
      Runtime.getRuntime().halt(SIGNALLED + number);
    }
  }

  /** Asks for the stop when a process ends; at once when it has. */
  StopRequest onEndOf(long pid) {
    if (pid > 0) {
      ProcessHandle.of(pid)
          .ifPresentOrElse(
              parent -> {
                Object unused = parent.onExit().thenRun(asked::countDown);
              },
              asked::countDown);
    }
    return this;
  }

  /** Blocks until somebody asked. */
  void await() {
    await(asked);
  }

  /** To be called when the stop is over. */
  void done() {
    over.countDown();
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
