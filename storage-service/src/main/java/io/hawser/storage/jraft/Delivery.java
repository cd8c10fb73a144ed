package io.hawser.storage.jraft;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an outcome is told: on the context that asked, else on a worker, and never on a thread of
 * JRaft's, which what a listener throws would stop, or a slow one hold up. Thread-safe.
 */
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private final Executor executor;

  private Delivery(Executor executor) {
    this.executor = executor;
  }

  /** For whoever calls this now. */
  static Delivery here(Executor workers) {
    Context context = Vertx.currentContext();
    return new Delivery(
        context == null ? workers : task -> context.runOnContext(none -> task.run()));
  }

  void tell(Runnable outcome) {
    Runnable guarded = () -> guard(outcome);
    try {
      executor.execute(guarded);
    } catch (RejectedExecutionException e) {
      guarded.run(); // what asked is closed, or the engine
    }
  }

  private static void guard(Runnable outcome) {
    try {
      outcome.run();
    } catch (RuntimeException | Error e) {
      log.error("a listener failed", e);
    }
  }
}
