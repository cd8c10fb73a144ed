package io.hawser.failover.process;

import io.hawser.catalog.Refused;
import io.hawser.failover.core.Unsure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a node run what its configuration names, from its start on. Waits for whatever is not known
 * at first, as whose a process is while the store has no leader. Owned by one verticle.
 */
final class RunEntries {
  private static final Logger log = LoggerFactory.getLogger(RunEntries.class);
  private static final long RETRY_MS = 250;

  private final Vertx vertx;
  private final Function<RunEntry, Future<?>> start;
  private final BooleanSupplier stopping;

  /**
   * @param start of one; refused with {@link Refused}
   */
  RunEntries(Vertx vertx, Function<RunEntry, Future<?>> start, BooleanSupplier stopping) {
    this.vertx = vertx;
    this.start = start;
    this.stopping = stopping;
  }

  /** Never fails: what cannot be started is logged. */
  Future<Void> run(List<RunEntry> entries) {
    return Future.join(entries.stream().map(entry -> run(entry, false)).toList()).mapEmpty();
  }

  private Future<Void> run(RunEntry entry, boolean again) {
    return start
        .apply(entry)
        .<Void>mapEmpty()
        .recover(
            e -> {
              boolean unsure = e instanceof Refused r && Unsure.is(r.code());
              if (!unsure || !again) {
                log.warn(
                    "process not started{} instance={} why={}",
                    unsure ? " yet" : "",
                    entry.instance(),
                    e.getMessage());
              }
              return unsure && !stopping.getAsBoolean() ? later(entry) : Future.succeededFuture();
            });
  }

  private Future<Void> later(RunEntry entry) {
    Promise<Void> later = Promise.promise();
    long unused = vertx.setTimer(RETRY_MS, id -> later.complete());
    return later
        .future()
        .compose(v -> stopping.getAsBoolean() ? Future.succeededFuture() : run(entry, true));
  }
}
