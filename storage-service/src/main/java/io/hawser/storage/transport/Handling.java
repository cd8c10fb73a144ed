package io.hawser.storage.transport;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * The requests of a connection that are being handled, until it ends: from then on none begins, and
 * it is told when the last one is done. Thread-safe; never waits.
 */
final class Handling {
  private final Promise<Void> over = Promise.promise();
  private int running;
  private boolean ended;

  /** Handles a request, unless the connection has ended. */
  void handle(Runnable request) {
    if (!begin()) {
      return;
    }
    try {
      request.run();
    } finally {
      done();
    }
  }

  private synchronized boolean begin() {
    if (!ended) {
      running++;
    }
    return !ended;
  }

  private void done() {
    if (last()) {
      over.tryComplete();
    }
  }

  private synchronized boolean last() {
    running--;
    return ended && running == 0;
  }

  /** Lets no more begin. Completes, on any thread, when nothing is being handled any more. */
  Future<Void> end() {
    if (idle()) {
      over.tryComplete();
    }
    return over.future();
  }

  private synchronized boolean idle() {
    ended = true;
    return running == 0;
  }
}
