package io.hawser.storage.operate;

import io.hawser.storage.rocks.GroupStore;
import io.hawser.storage.rocks.StateHash;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.Optional;

/** The hashes of what replicas here hold: now, or after an entry that is still to come. */
final class Hashes {
  /** How long a replica waits for an entry. */
  private static final long WAIT_MS = 3_000;

  private final Vertx vertx;

  Hashes(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * The hash of a replica.
   *
   * @param at the entry after which it is wanted; when that is not to be had, the answer is of
   *     another one. Without: of now
   */
  Future<StateHash> of(GroupStore store, Optional<Long> at) {
    return at.isPresent() && at.get() > store.applied().index()
        ? then(store, at.get())
        : now(store);
  }

  private Future<StateHash> now(GroupStore store) {
    return vertx.executeBlocking(store::hash, false).map(Objects::requireNonNull);
  }

  /** The entry is waited for, and no longer when it has come: to read all may take long. */
  private Future<StateHash> then(GroupStore store, long index) {
    Promise<StateHash> done = Promise.promise();
    long timer =
        vertx.setTimer(
            WAIT_MS,
            id -> {
              boolean unused = done.tryFail("no entry came");
            });
    store.hashAt(
        index,
        done,
        task -> {
          boolean unused = vertx.cancelTimer(timer);
          onWorker(task);
        });
    return done.future().recover(e -> now(store));
  }

  private void onWorker(Runnable task) {
    Future<?> unused =
        vertx.executeBlocking(
            () -> {
              task.run();
              return true;
            },
            false);
  }
}
