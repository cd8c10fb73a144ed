package io.hawser.bus.client.storage;

import io.hawser.bus.client.core.LeaseTerm;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Result;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a lease as soon as it is free, and keeps it. Runs on the context that made it; {@link
 * #epoch} may be read from any thread and is to be read again before each act, as the time may be
 * over before the listener is told.
 */
public final class LeaseHolder {
  private static final Logger log = LoggerFactory.getLogger(LeaseHolder.class);

  /** Told of each change, on the holder's context. */
  public interface Listener {
    void held(long epoch);

    void lost(long epoch);
  }

  private record Claim(long epoch, long validUntilNs) {}

  private final StorageClient client;
  private final String lease;
  private final String holder;
  private final long ttlMs;
  private final Listener listener;
  private final Context context;
  private final LeaseTerm term;
  private volatile Optional<Claim> claim = Optional.empty();
  private OptionalLong told = OptionalLong.empty();
  private boolean asking;
  private Future<?> asked = Future.succeededFuture();
  private volatile boolean closed;
  private long timer = -1;

  /**
   * @param holder the same after a restart, if the lease is to go on then
   */
  public LeaseHolder(
      StorageClient client, String lease, String holder, long ttlMs, Listener listener) {
    this.client = client;
    this.lease = lease;
    this.holder = holder;
    this.ttlMs = ttlMs;
    this.listener = listener;
    this.context = client.vertx().getOrCreateContext();
    this.term = new LeaseTerm(ttlMs, client.nowNs());
  }

  public void start() {
    context.runOnContext(v -> step());
  }

  /**
   * The epoch under which the lease is held at this moment; empty when it is not, or may not be.
   */
  public OptionalLong epoch() {
    Optional<Claim> present = claim.filter(c -> !closed && client.nowNs() - c.validUntilNs() < 0);
    return present.isPresent() ? OptionalLong.of(present.get().epoch()) : OptionalLong.empty();
  }

  /** Stops, and gives the lease back. Succeeds also when that is not known to have worked. */
  public Future<Void> close() {
    closed = true;
    Promise<Void> done = Promise.promise();
    context.runOnContext(v -> release().onComplete(done));
    return done.future();
  }

  private Future<Void> release() {
    boolean unused = context.owner().cancelTimer(timer);
    OptionalLong epoch = told;
    if (epoch.isEmpty()) {
      // What is being asked for may yet be granted, to nobody.
      return asked
          .<Void>mapEmpty()
          .otherwiseEmpty()
          .compose(v -> release(term.epoch(client.nowNs())));
    }
    told = OptionalLong.empty();
    listener.lost(epoch.getAsLong());
    return release(epoch);
  }

  private Future<Void> release(OptionalLong epoch) {
    return epoch.isEmpty()
        ? Future.succeededFuture()
        : client
            .change(StorageMessage.META, new StorageOp.Release(lease, holder, epoch.getAsLong()))
            .mapEmpty();
  }

  private void step() {
    if (closed) {
      return;
    }
    long nowNs = client.nowNs();
    if (!asking) {
      switch (term.next(nowNs)) {
        case LeaseTerm.Acquire acquire ->
            ask(
                acquire,
                client.change(StorageMessage.META, new StorageOp.Acquire(lease, holder, ttlMs)));
        case LeaseTerm.Renew renew -> ask(renew, client.renew(lease, holder, renew.epoch()));
        case LeaseTerm.Rest rest -> wakeAt(rest.untilNs(), nowNs);
      }
    }
    tell(nowNs);
    if (asking && told.isPresent()) {
      wakeAt(term.validUntilNs(), nowNs);
    }
  }

  private void ask(LeaseTerm.Step step, Future<Outcome<Result>> request) {
    asking = true;
    long sentNs = client.nowNs();
    asked =
        request.onComplete(
            (outcome, failure) -> {
              asking = false;
              Outcome<Result> told =
                  failure == null ? outcome : new Outcome.Unknown<>(String.valueOf(failure));
              term.answered(step, told, sentNs, client.nowNs());
              step();
            });
  }

  private void wakeAt(long untilNs, long nowNs) {
    long inMs = Math.max(1, (untilNs - nowNs + 999_999) / 1_000_000);
    boolean unused = context.owner().cancelTimer(timer);
    timer = context.owner().setTimer(inMs, id -> step());
  }

  private void tell(long nowNs) {
    OptionalLong epoch = term.epoch(nowNs);
    claim =
        epoch.isPresent()
            ? Optional.of(new Claim(epoch.getAsLong(), term.validUntilNs()))
            : Optional.empty();
    if (epoch.equals(told)) {
      return;
    }
    OptionalLong before = told;
    told = epoch;
    before.ifPresent(
        old -> {
          log.info("lease lost lease={} holder={} epoch={}", lease, holder, old);
          listener.lost(old);
        });
    epoch.ifPresent(
        now -> {
          log.info("lease held lease={} holder={} epoch={}", lease, holder, now);
          listener.held(now);
        });
  }
}
