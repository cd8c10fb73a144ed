package io.hawser.storage.group;

import io.hawser.storage.log.ReplicatedLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Read barriers that waiting reads share: one that was asked for after a barrier had begun waits
 * for the next. Owned by the host's context; futures complete there.
 */
final class Barriers {
  /** How many may be under way: a read does not wait for the whole of the one before. */
  private static final int UNDER_WAY = 4;

  private final Context context;
  private final ReplicatedLog<?> log;
  private final int limit;
  private List<Promise<Long>> waiting = new ArrayList<>();
  private int underWay;
  private int total;

  Barriers(Context context, ReplicatedLog<?> log, int limit) {
    this.context = context;
    this.log = log;
    this.limit = limit;
  }

  /** Reads that wait for a barrier. */
  int size() {
    return total;
  }

  boolean full() {
    return total >= limit;
  }

  Future<Long> pass() {
    Promise<Long> promise = Promise.promise();
    waiting.add(promise);
    total++;
    if (waiting.size() == 1 && underWay < UNDER_WAY) {
      // Reads of the same turn of the event loop go together.
      context.runOnContext(v -> begin());
    }
    return promise.future();
  }

  private void begin() {
    if (waiting.isEmpty() || underWay >= UNDER_WAY) {
      return;
    }
    List<Promise<Long>> batch = waiting;
    waiting = new ArrayList<>();
    underWay++;
    Future<Long> unused =
        log.readBarrier()
            .onComplete(
                (index, failure) -> Worker.on(context, () -> passed(batch, index, failure)));
  }

  private void passed(List<Promise<Long>> batch, Long index, Throwable failure) {
    underWay--;
    total -= batch.size();
    for (Promise<Long> promise : batch) {
      if (failure == null) {
        promise.complete(index);
      } else {
        promise.fail(failure);
      }
    }
    begin();
  }
}
