package io.hawser.storage.group;

import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageMessage.Renew;
import io.hawser.model.StorageMessage.Renewed;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Result;
import io.hawser.node.Time;
import io.hawser.storage.core.Delta;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.storage.core.Reads.ExpiringKey;
import io.hawser.storage.core.Reads.Grant;
import io.hawser.storage.group.core.Countdown;
import io.hawser.storage.group.core.Countdown.Due;
import io.hawser.storage.rocks.GroupStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What only the leader of a group does: ends leases and keys when their time is over, by its own
 * clock, and confirms renewals. Begins anew with each term that it leads: then everything has its
 * full time again. Owned by the host's context.
 */
final class Duties {
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(1_000);
  private static final int KEYS_AT_ONCE = 128;
  private static final int LEASES_AT_ONCE = 128;
  private static final int PAGE = 1_000;

  private final Context context;
  private final GroupStore state;
  private final Writer writer;
  private final Reader reader;
  private final Time time;
  private final Countdown leases = new Countdown(RETRY_NS);
  private final Countdown keys = new Countdown(RETRY_NS);

  /** By lease, the grant that its countdown is of: what ends is that one, and no later one. */
  private final Map<String, Long> granted = new HashMap<>();

  /** Behind which key the others that go by themselves are still to be read: it has failed. */
  private Optional<String> unread = Optional.empty();

  /** The term that this node leads in; 0 when it does not lead. Meters read it. */
  private volatile long term;

  Duties(Context context, GroupStore state, Writer writer, Reader reader, Time time) {
    this.context = context;
    this.state = state;
    this.writer = writer;
    this.reader = reader;
    this.time = time;
  }

  boolean leading() {
    return term > 0;
  }

  void leading(long newTerm) {
    term = newTerm;
    clear();
    long nowNs = time.nowNs();
    for (Grant grant : state.grants()) {
      start(grant.state(), grant.granted(), nowNs);
    }
    loadKeys("", newTerm);
  }

  /** The keys that go by themselves may be many: page by page, read on a worker. */
  private void loadKeys(String after, long ofTerm) {
    Future<List<ExpiringKey>> unused =
        Worker.run(context, () -> state.expiringKeys(after, PAGE))
            .onSuccess(page -> loaded(page, ofTerm))
            .onFailure(e -> unread = term == ofTerm ? Optional.of(after) : unread);
  }

  private void loaded(List<ExpiringKey> page, long ofTerm) {
    if (term != ofTerm || page.isEmpty()) {
      return;
    }
    long nowNs = time.nowNs();
    page.forEach(k -> keys.start(k.key(), k.modRevision(), k.ttlMs(), nowNs));
    loadKeys(page.getLast().key(), ofTerm);
  }

  void following() {
    term = 0;
    clear();
  }

  private void clear() {
    leases.clear();
    granted.clear();
    keys.clear();
    unread = Optional.empty();
  }

  private void start(LeaseState lease, long grant, long nowNs) {
    granted.put(lease.lease(), grant);
    leases.start(lease.lease(), lease.epoch(), lease.ttlMs(), nowNs);
  }

  void applied(Delta delta) {
    if (!leading()) {
      return;
    }
    long nowNs = time.nowNs();
    for (Delta.LeaseChange change : delta.leases()) {
      if (change.state().isPresent()) {
        start(change.state().get(), change.granted(), nowNs);
      } else {
        granted.remove(change.lease());
        leases.drop(new Due(change.lease(), change.epoch()));
      }
    }
    for (Delta.KeyChange change : delta.keys()) {
      long ttlMs = change.meta().map(m -> m.life().ttlMs()).orElse(0L);
      if (ttlMs > 0) {
        keys.start(change.key(), change.revision(), ttlMs, nowNs);
      } else {
        keys.drop(change.key());
      }
    }
  }

  void tick(long nowNs) {
    if (!leading()) {
      return;
    }
    Optional<String> after = unread;
    unread = Optional.empty();
    after.ifPresent(key -> loadKeys(key, term));
    for (Due due : leases.due(nowNs, LEASES_AT_ONCE)) {
      Future<Content> unused =
          writer.propose(new Expire(due.name(), due.mark(), granted.getOrDefault(due.name(), 0L)));
    }
    List<Due> over = keys.due(nowNs, KEYS_AT_ONCE);
    if (!over.isEmpty()) {
      List<Compare> compares =
          over.stream().map(k -> new Compare(k.name(), Expect.revision(k.mark()))).toList();
      Future<Content> unused =
          writer
              .propose(new ExpireKeys(compares))
              .onSuccess(
                  content -> {
                    if (content instanceof Applied) {
                      over.forEach(keys::drop);
                    }
                  });
    }
  }

  /**
   * An acquisition is to be proposed. When it is by who holds the lease, that one does not end
   * until it is {@link #acquired}; one by another keeps nobody's lease.
   *
   * @return whether it is held, and has to be released
   */
  boolean acquiring(Acquire acquire) {
    boolean byHolder =
        state.lease(acquire.lease()).filter(l -> l.holder().equals(acquire.holder())).isPresent();
    if (byHolder) {
      leases.hold(acquire.lease());
    }
    return byHolder;
  }

  void acquired(String lease) {
    leases.release(lease);
  }

  /**
   * Confirms a renewal, without an entry in the log: a majority says that this node still leads, so
   * that no later leader can have ended the lease before.
   */
  Future<Content> renew(Renew renew) {
    Optional<Result> refusal = refusal(renew);
    if (refusal.isPresent()) {
      return Future.succeededFuture(new Renewed(refusal.get()));
    }
    long ofTerm = term;
    return reader
        .barrier()
        .compose(index -> Future.succeededFuture(confirmed(renew, ofTerm)), Answers::of);
  }

  private Content confirmed(Renew renew, long ofTerm) {
    if (term != ofTerm) {
      return Answers.notLeading(Optional.empty());
    }
    Optional<Result> refusal = refusal(renew);
    if (refusal.isPresent()) {
      return new Renewed(refusal.get());
    }
    boolean renewed = leases.renew(renew.lease(), renew.epoch(), time.nowNs());
    return new Renewed(
        state
            .lease(renew.lease())
            .filter(l -> renewed)
            .<Result>map(l -> l)
            .orElse(new LeaseGone(renew.lease())));
  }

  private Optional<Result> refusal(Renew renew) {
    Optional<LeaseState> now = state.lease(renew.lease());
    if (now.isEmpty() || !leases.renewable(renew.lease(), now.get().epoch())) {
      return Optional.of(new LeaseGone(renew.lease()));
    }
    LeaseState held = now.get();
    return held.holder().equals(renew.holder()) && held.epoch() == renew.epoch()
        ? Optional.empty()
        : Optional.of(new LeaseHeld(held.lease(), held.holder(), held.epoch(), held.ttlMs()));
  }

  /** A lease as the newest state has it, and what is left of it. */
  Future<Content> lease(String name) {
    long ofTerm = term;
    return reader
        .barrier()
        .compose(
            index -> {
              if (term != ofTerm) {
                return Future.succeededFuture(Answers.notLeading(Optional.empty()));
              }
              Optional<LeaseState> lease = state.lease(name);
              long leftMs =
                  lease.map(l -> leases.remainingMs(name, l.epoch(), time.nowNs())).orElse(0L);
              return Future.<Content>succeededFuture(new LeaseFound(lease, leftMs));
            },
            Answers::of);
  }

  /** A lease of {@code meta} that keys of this group live with is over. */
  Future<Content> ended(AttachedLease lease) {
    return writer.propose(new LeaseEnded(lease.lease(), lease.epoch()));
  }
}
