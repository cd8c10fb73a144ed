package io.hawser.failover;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.catalog.Refused;
import io.hawser.failover.core.Unsure;
import io.hawser.failover.driver.ProcessDriver;
import io.hawser.failover.process.Mandate;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.node.Meters;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store under which epoch the manager's lease is held, before each start of a process: a
 * command that comes late from a manager that another one has followed is refused. Such a command
 * comes when this node or its network stood still, and then the store is often out of reach for
 * another moment: it is asked again for a while, so that the refusal says why. Soft state. Owned by
 * one verticle.
 */
final class LeaseMandate implements Mandate {
  private static final Logger log = LoggerFactory.getLogger(LeaseMandate.class);

  /** For how long the store is asked: half of what a manager waits for its answer. */
  static final long PATIENCE_MS = 5_000;

  private static final long PAUSE_MS = 250;

  private final Vertx vertx;
  private final StorageClient client;
  private final Meters meters;
  private final Time time;
  private final long patienceNs;

  /** The highest epoch under which a manager has asked, or that the store has named last. */
  private long newest;

  LeaseMandate(ServiceContext node, long patienceMs) {
    this.vertx = node.vertx();
    this.client = node.hardState().store().storage();
    this.meters = node.meters();
    this.time = node.time();
    this.patienceNs = TimeUnit.MILLISECONDS.toNanos(patienceMs);
  }

  @Override
  public void asks(long term) {
    newest = Math.max(newest, term);
  }

  @Override
  public Future<Void> check(long term) {
    return ask(term, time.nowNs());
  }

  private Future<Void> ask(long term, long sinceNs) {
    return client.lease(FailoverClient.LEASE).compose(outcome -> judged(outcome, term, sinceNs));
  }

  private Future<Void> judged(Outcome<LeaseFound> outcome, long term, long sinceNs) {
    if (outcome instanceof Outcome.Ok<LeaseFound> ok) {
      long held = ok.value().lease().map(LeaseState::epoch).orElse(0L);
      newest = held;
      return held == term
          ? Future.succeededFuture()
          : refused(
              ProcessDriver.DEPOSED,
              term,
              held == 0
                  ? "nobody holds the lease any more"
                  : "the lease is held under epoch " + held);
    }
    if (newest > term) {
      return refused(ProcessDriver.DEPOSED, term, "a manager of epoch " + newest + " has asked");
    }
    return time.nowNs() - sinceNs >= patienceNs
        ? refused(Unsure.OF_MANAGER, term, "the store does not say who the manager is")
        : pause().compose(v -> ask(term, sinceNs));
  }

  private Future<Void> pause() {
    Promise<Void> later = Promise.promise();
    long unused = vertx.setTimer(PAUSE_MS, id -> later.complete());
    return later.future();
  }

  private Future<Void> refused(String code, long term, String why) {
    log.warn("manager's call refused term={} code={} why=\"{}\"", term, code, why);
    meters.counter(Meters.FAILOVER_REFUSED, "reason", code).increment();
    return Future.failedFuture(new Refused(code, why));
  }
}
