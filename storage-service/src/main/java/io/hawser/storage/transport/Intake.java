package io.hawser.storage.transport;

import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of a connection's requests that were read and are not handled: above a limit nothing
 * more is read until half of them are done. Requests begin on the connection's event loop and end
 * on any thread.
 */
final class Intake {
  static final long MAX_BYTES = 16L * 1024 * 1024;

  private final Context context;
  private final Valve valve;
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean holding;

  Intake(Context context, Valve valve) {
    this.context = context;
    this.valve = valve;
  }

  /** Counts a request. What it returns is to be run when that is handled; once counts. */
  Runnable begin(int length) {
    if (bytes.addAndGet(length) > MAX_BYTES && !holding) {
      holding = true;
      valve.hold();
      look(); // an end may have come before it could see that
    }
    AtomicBoolean ended = new AtomicBoolean();
    return () -> {
      if (ended.compareAndSet(false, true)) {
        bytes.addAndGet(-length);
        if (holding) {
          context.runOnContext(none -> look());
        }
      }
    };
  }

  private void look() {
    if (holding && bytes.get() <= MAX_BYTES / 2) {
      holding = false;
      valve.release();
    }
  }
}
