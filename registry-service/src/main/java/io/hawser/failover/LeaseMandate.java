package io.hawser.failover;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.catalog.Refused;
import io.hawser.failover.driver.ProcessDriver;
import io.hawser.failover.process.Mandate;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.node.Meters;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store under which epoch the manager's lease is held, before each start of a process: a
 * command that comes late from a manager that another one has followed is refused.
 */
final class LeaseMandate implements Mandate {
  private static final Logger log = LoggerFactory.getLogger(LeaseMandate.class);

  private final StorageClient client;
  private final Meters meters;

  LeaseMandate(StorageClient client, Meters meters) {
    this.client = client;
    this.meters = meters;
  }

  @Override
  public Future<Void> check(long term) {
    return client.lease(FailoverClient.LEASE).compose(outcome -> judged(outcome, term));
  }

  private Future<Void> judged(Outcome<LeaseFound> outcome, long term) {
    if (!(outcome instanceof Outcome.Ok<LeaseFound> ok)) {
      return refused(ProcessDriver.UNSURE, term, "the store does not say who the manager is");
    }
    long held = ok.value().lease().map(LeaseState::epoch).orElse(0L);
    return held == term
        ? Future.succeededFuture()
        : refused("deposed", term, "the lease is held under epoch " + held + ", not " + term);
  }

  private Future<Void> refused(String code, long term, String why) {
    log.warn("manager's call refused term={} code={} why=\"{}\"", term, code, why);
    meters.counter(Meters.FAILOVER_REFUSED, "reason", code).increment();
    return Future.failedFuture(new Refused(code, why));
  }
}
