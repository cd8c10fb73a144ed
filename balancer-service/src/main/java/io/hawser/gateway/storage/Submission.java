package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.json.Problem;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Result;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * A change on its way to the store: under its Idempotency-Key, if it has one, and not when keys are
 * to end with a lease that has ended already.
 *
 * @param id the Idempotency-Key of the request
 */
record Submission(StorageClient client, Optional<String> id, String group, StorageOp op) {
  /**
   * Sends it.
   *
   * @param lives of the keys that it writes
   */
  Future<Outcome<Result>> send(List<Life> lives) {
    List<Future<Optional<Life>>> checks =
        lives.stream().filter(l -> !l.lease().isEmpty()).distinct().map(this::over).toList();
    if (checks.isEmpty()) {
      return send();
    }
    return Future.all(checks)
        .map(all -> checks.stream().flatMap(check -> check.result().stream()).findFirst())
        .compose(over -> over.isPresent() ? tooLate(over.get()) : send());
  }

  private Future<Outcome<Result>> send() {
    return id.isPresent()
        ? client.changeOnce(RequestId.of(id.get(), group, op), group, op)
        : client.change(group, op);
  }

  /** This, when nobody holds its lease under its epoch. */
  private Future<Optional<Life>> over(Life life) {
    return client
        .lease(life.lease())
        .map(
            outcome -> {
              LeaseFound found = Refusals.value("the read of the lease", outcome);
              return found.lease().filter(l -> l.epoch() == life.leaseEpoch()).isPresent()
                  ? Optional.empty()
                  : Optional.of(life);
            });
  }

  /**
   * The lease is over now; it may have been held when this change came for the first time. What
   * goes to the group under the same id does nothing in a group of keys, which has no leases to
   * release: either its answer is the first result, or that nothing was done is the first result
   * from now on, for an attempt that is still on its way, too.
   */
  private Future<Outcome<Result>> tooLate(Life life) {
    if (id.isEmpty()) {
      return Future.failedFuture(leaseOver(life));
    }
    Release nothing = new Release(life.lease(), "nobody", life.leaseEpoch());
    return client
        .changeOnce(RequestId.of(id.get(), group, op), group, nothing)
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Ok<Result> ok
                  && (ok.value() instanceof LeaseGone || ok.value() instanceof LeaseHeld)) {
                throw leaseOver(life);
              }
              return outcome;
            });
  }

  private static Problem leaseOver(Life life) {
    return Problem.of(
        409,
        "lease-over",
        "nobody holds the lease '%s' under the epoch %d; nothing was done"
            .formatted(life.lease(), life.leaseEpoch()));
  }
}
