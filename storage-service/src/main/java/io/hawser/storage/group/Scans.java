package io.hawser.storage.group;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;

/**
 * Reads that may take long, on workers: a few at once, so that those of one group do not take all
 * workers of the node, and others in their order behind them. Owned by the host's context.
 */
final class Scans {
  private static final int UNDER_WAY = 4;

  private final Context context;
  private final int limit;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;

  /**
   * @param limit how many may wait before {@link #full}
   */
  Scans(Context context, int limit) {
    this.context = context;
    this.limit = limit;
  }

  boolean full() {
    return waiting.size() >= limit;
  }

  /**
   * Whoever brings more than may wait has asked {@link #full} before, or has a bound of its own.
   */
  <T> Future<T> run(Callable<T> read) {
    Promise<T> promise = Promise.promise();
    waiting.add(() -> begin(read, promise));
    next();
    return promise.future();
  }

  private void next() {
    while (underWay < UNDER_WAY && !waiting.isEmpty()) {
      underWay++;
      waiting.remove().run();
    }
  }

  private <T> void begin(Callable<T> read, Promise<T> promise) {
    Future<T> unused =
        Worker.run(context, read)
            .onComplete(
                (result, failure) -> {
                  underWay--;
                  if (failure == null) {
                    promise.complete(result);
                  } else {
                    promise.fail(failure);
                  }
                  next();
                });
  }
}
