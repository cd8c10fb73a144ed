package io.hawser.storage.group;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Keeps a host on its context: what takes long goes to a worker, what ends elsewhere comes back.
 */
final class Worker {
  private Worker() {}

  /** Now, when this is the context; else there. */
  static void on(Context context, Runnable what) {
    if (context.equals(Vertx.currentContext())) {
      what.run();
    } else {
      context.runOnContext(v -> what.run());
    }
  }

  /** The same outcome, on the context. */
  static <T> Future<T> back(Context context, Future<T> elsewhere) {
    Promise<T> promise = Promise.promise();
    Future<T> unused =
        elsewhere.onComplete(
            (result, failure) ->
                context.runOnContext(
                    v -> {
                      if (failure == null) {
                        promise.complete(result);
                      } else {
                        promise.fail(failure);
                      }
                    }));
    return promise.future();
  }

  /** Completes on the caller's context. */
  static <T> Future<T> run(Context context, Callable<T> what) {
    return context.owner().executeBlocking(what, false).map(Objects::requireNonNull);
  }
}
