package io.hawser.storage.core;

import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.core.Delta.LeaseChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The leases of a group and the keys that live with them. A lease is free, or held by one holder
 * under an epoch: the revision of its acquisition, so that no epoch comes twice and later ones are
 * higher.
 *
 * <pre>
 * state   input                              next   result
 * free    acquire                            held   LeaseState, a new epoch
 * free    release                            free   LeaseGone
 * free    expire                             free   LeaseGone
 * held    acquire by its holder              held   LeaseState, the same epoch, the new ttl, granted + 1
 * held    acquire by another                 held   LeaseHeld
 * held    release by its holder and epoch    free   Written
 * held    release by another, other epoch    held   LeaseHeld
 * held    expire of its epoch and grant      free   Written
 * held    expire of another epoch or grant   held   LeaseHeld
 * </pre>
 *
 * Its keys go with it, {@value #KEYS_AT_ONCE} at most in one entry: the leader proposes {@code
 * LeaseEnded} until {@link Reads#attachedLeases} no longer names the epoch. Not thread-safe: owned
 * by one {@link StateMachine}.
 */
final class Leases {
  static final int KEYS_AT_ONCE = 1_024;

  private final Staged staged;
  private final Counters counters;
  private final Keys keys;
  private final List<LeaseChange> changes;

  Leases(Staged staged, Counters counters, Keys keys, List<LeaseChange> changes) {
    this.staged = staged;
    this.counters = counters;
    this.keys = keys;
    this.changes = changes;
  }

  private Optional<LeaseRecord> record(String name) {
    byte[] bytes = staged.get(Space.SYSTEM, Layout.lease(name));
    return bytes == null ? Optional.empty() : Optional.of(LeaseRecord.parse(name, bytes));
  }

  private Optional<LeaseState> find(String name) {
    return record(name).map(LeaseRecord::state);
  }

  Result acquire(Turn turn, Acquire op) {
    Optional<LeaseRecord> current = record(op.lease());
    if (current.isPresent() && !current.get().state().holder().equals(op.holder())) {
      return held(current.get().state());
    }
    long epoch = current.isPresent() ? current.get().state().epoch() : turn.revision();
    long granted = current.isPresent() ? current.get().granted() + 1 : 1;
    LeaseState now = new LeaseState(op.lease(), op.holder(), epoch, op.ttlMs());
    byte[] record = new LeaseRecord(now, granted).bytes();
    staged.put(Space.SYSTEM, Layout.lease(op.lease()), record);
    changes.add(new LeaseChange(op.lease(), epoch, granted, Optional.of(now)));
    return now;
  }

  Result release(Turn turn, Release op) {
    Optional<LeaseRecord> current = record(op.lease());
    if (current.isEmpty()) {
      return new LeaseGone(op.lease());
    }
    LeaseState lease = current.get().state();
    if (lease.epoch() != op.epoch() || !lease.holder().equals(op.holder())) {
      return held(lease);
    }
    return end(turn, current.get());
  }

  Result expire(Turn turn, Expire op) {
    Optional<LeaseRecord> current = record(op.lease());
    if (current.isEmpty()) {
      return new LeaseGone(op.lease());
    }
    LeaseRecord lease = current.get();
    boolean meant =
        lease.state().epoch() == op.epoch()
            && (op.granted() == 0 || op.granted() == lease.granted());
    return meant ? end(turn, lease) : held(lease.state());
  }

  /** What is said to a write that wants to live with a lease: nothing when it is held. */
  Optional<Result> refusal(Life life) {
    if (life.lease().isEmpty()) {
      return Optional.empty();
    }
    Optional<LeaseState> current = find(life.lease());
    if (current.isEmpty()) {
      return Optional.of(new LeaseGone(life.lease()));
    }
    return current.get().epoch() == life.leaseEpoch()
        ? Optional.empty()
        : Optional.of(held(current.get()));
  }

  private Result end(Turn turn, LeaseRecord ending) {
    LeaseState lease = ending.state();
    long revision = turn.revision();
    staged.delete(Space.SYSTEM, Layout.lease(lease.lease()));
    LeaseChange over =
        new LeaseChange(lease.lease(), lease.epoch(), ending.granted(), Optional.empty());
    changes.add(over);
    boolean unused = deleteKeys(turn, lease.lease(), lease.epoch());
    return new Written(revision, Optional.empty(), true);
  }

  /**
   * {@code existed} says whether keys were deleted. Where leases are kept, those of an epoch that
   * is held stay.
   */
  Result ended(Turn turn, LeaseEnded op) {
    Optional<LeaseState> current = find(op.lease());
    if (current.isPresent() && current.get().epoch() <= op.epoch()) {
      return held(current.get());
    }
    boolean deleted = deleteKeys(turn, op.lease(), op.epoch());
    return new Written(counters.revision, Optional.empty(), deleted);
  }

  /** Deletes keys that live with this epoch of the lease or an earlier one. */
  private boolean deleteKeys(Turn turn, String lease, long epoch) {
    byte[] prefix = Layout.attached(lease);
    List<String> names = new ArrayList<>();
    staged.scan(
        Space.SYSTEM,
        prefix,
        (key, value) -> {
          if (names.size() == KEYS_AT_ONCE
              || !Layout.startsWith(key, prefix)
              || new ByteSource(key).skip(prefix.length).i64() > epoch) {
            return false;
          }
          int at = prefix.length + Long.BYTES;
          names.add(new String(key, at, key.length - at, StandardCharsets.UTF_8));
          return true;
        });
    names.forEach(
        name -> {
          boolean unused = keys.delete(turn, name);
        });
    return !names.isEmpty();
  }

  private static LeaseHeld held(LeaseState lease) {
    return new LeaseHeld(lease.lease(), lease.holder(), lease.epoch(), lease.ttlMs());
  }
}
