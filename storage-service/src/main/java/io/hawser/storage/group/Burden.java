package io.hawser.storage.group;

import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.storage.core.Limits;
import io.hawser.storage.rocks.GroupStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What changes of clients leave to be remembered, and which are refused because there is too much
 * of it: results under ids of one change, which the group keeps for a time that clients rely on,
 * and the times of keys and leases, which the leader keeps in memory. What is under way comes on
 * top, a bounded amount. Owned by the host's context.
 */
final class Burden {
  /** Leases of the suite's own are few, and always taken. */
  private static final String OWN = "hawser/";

  /** How often the group's time is moved on while ids are refused: nothing else might do it. */
  private static final long MOVE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final StorageOp NOTHING = new ExpireKeys(List.of());

  private final GroupStore store;
  private final Writer writer;
  private final Duties duties;
  private boolean refusing;
  private boolean moving;
  private long movedNs;

  Burden(GroupStore store, Writer writer, Duties duties, long nowNs) {
    this.store = store;
    this.writer = writer;
    this.duties = duties;
    this.movedNs = nowNs;
  }

  /** Why a change cannot be taken now, in words. */
  Optional<String> refusal(Mutation mutation) {
    if (mutation.client().startsWith(Mutation.ONCE)
        && crowded()
        && !store.remembers(mutation.client())) {
      refusing = true;
      return Optional.of(
          "%d requests of the last ten minutes with an Idempotency-Key are remembered"
              .formatted(store.sums().clients()));
    }
    return times(mutation.op());
  }

  private boolean crowded() {
    return store.sums().clients() >= Limits.CLIENTS;
  }

  private Optional<String> times(StorageOp op) {
    boolean tooMany =
        switch (op) {
          case Put put -> duties.tooMany(put.key(), put.life());
          case Txn txn ->
              Stream.concat(txn.then().stream(), txn.otherwise().stream()).anyMatch(this::tooMany);
          case Acquire acquire -> !acquire.lease().startsWith(OWN) && duties.tooMany(acquire);
          default -> false;
        };
    return tooMany
        ? Optional.of("the group has as many keys with a ttl, or leases, as a leader counts down")
        : Optional.empty();
  }

  private boolean tooMany(TxnWrite write) {
    return write.value().isPresent() && duties.tooMany(write.key(), write.life());
  }

  /**
   * Time has passed. What is remembered ages by the stamps of entries: when all that comes is
   * refused, the leader makes entries of its own, and each forgets some.
   */
  void tick(long nowNs) {
    refusing = refusing && duties.leading() && crowded();
    if (refusing && !moving && nowNs - movedNs >= MOVE_NS) {
      moving = true;
      movedNs = nowNs;
      Future<Content> unused = writer.propose(NOTHING).onComplete(done -> moving = false);
    }
  }
}
