package io.hawser.storage.core;

import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Leap;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Mismatch;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.core.Delta.KeyChange;
import io.hawser.storage.core.Delta.LeaseChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the entries of a group's log do to its store. The same entries leave the same bytes on every
 * replica, however they are batched: nothing but the entries and the store is looked at. Holds hard
 * state, all of it in the store: a new machine on the same store goes on where the last one
 * committed.
 *
 * <p>Entries are {@link #apply applied} one after the other, which only stages them, and then
 * {@link #commit committed} together with the index of the last. When anything throws, this machine
 * is of no use any more, as its sums may be ahead of the store. Not thread-safe: owned by the
 * group's apply thread.
 */
public final class StateMachine {
  private final SortedStore store;
  private final boolean leasesHere;
  private final Staged staged;
  private final Counters counters;
  private final Keys keys;
  private final History history;
  private final Fences fences;
  private final Leases leases;
  private final Sessions sessions;
  private final List<KeyChange> keyChanges = new ArrayList<>();
  private final List<LeaseChange> leaseChanges = new ArrayList<>();
  private Applied applied;
  private boolean forgot;

  /**
   * @param leasesHere whether this group keeps the leases itself: then a key can only be written
   *     with a lease that is held
   */
  public StateMachine(SortedStore store, boolean leasesHere) {
    this.store = store;
    this.leasesHere = leasesHere;
    staged = new Staged(store);
    counters = Counters.read(store);
    applied = Applied.read(store);
    history = new History(staged, counters);
    keys = new Keys(staged, counters, history, keyChanges);
    fences = new Fences(staged);
    leases = new Leases(staged, counters, keys, leaseChanges);
    sessions = new Sessions(staged, counters);
  }

  /** The last entry that was applied, committed or not. */
  public Applied applied() {
    return applied;
  }

  public Sums sums() {
    return Sums.of(counters);
  }

  /**
   * Stages an entry.
   *
   * @param at the entry's place in the log, after that of the one before
   * @return a result for each of its mutations
   */
  public List<Result> apply(Applied at, LogEntry entry) {
    if (at.index() <= applied.index()) {
      throw new IllegalArgumentException("entry " + at + " comes after " + applied);
    }
    counters.stamped(entry.stampMs());
    List<Result> results = new ArrayList<>(entry.mutations().size());
    for (Mutation mutation : entry.mutations()) {
      results.add(once(mutation));
    }
    history.trim();
    sessions.sweep();
    applied = at;
    return results;
  }

  /** How much is staged and waits for a commit. */
  public long stagedBytes() {
    return staged.bytes();
  }

  /** Writes what is staged, with the place of the last entry and the sums, as one. */
  public Delta commit() {
    staged.put(Space.SYSTEM, Layout.applied(), applied.bytes());
    staged.put(Space.SYSTEM, Layout.counters(), counters.bytes());
    store.write(staged);
    staged.clear();
    Delta delta = new Delta(counters.revision, keyChanges, leaseChanges, forgot);
    forgot = false;
    keyChanges.clear();
    leaseChanges.clear();
    return delta;
  }

  private Result once(Mutation mutation) {
    Optional<Result> known = sessions.answer(mutation);
    if (known.isPresent()) {
      return known.get();
    }
    Result result = perform(mutation.op());
    sessions.remember(mutation, result);
    return result;
  }

  private Result perform(StorageOp op) {
    Turn turn = new Turn(counters);
    return switch (op) {
      case Put put -> put(turn, put);
      case Delete delete -> delete(turn, delete);
      case Txn txn -> txn(turn, txn);
      case Acquire acquire -> leases.acquire(turn, acquire);
      case Release release -> leases.release(turn, release);
      case Expire expire -> leases.expire(turn, expire);
      case ExpireKeys expire -> expireKeys(turn, expire);
      case LeaseEnded ended -> leases.ended(turn, ended);
      case RaiseFence raise -> raise(raise);
      case Leap leap -> leap(leap);
    };
  }

  private Result put(Turn turn, Put put) {
    Optional<Fenced> fenced = fences.refusal(put.fences());
    if (fenced.isPresent()) {
      return fenced.get();
    }
    Optional<KeyMeta> current = keys.meta(put.key());
    if (!Keys.holds(put.expect(), current)) {
      return new Mismatch(counters.revision, current);
    }
    Optional<Result> refusal = refusal(put.life());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    fences.note(put.fences());
    KeyMeta now = keys.put(turn, put.key(), put.value(), put.life());
    return new Written(counters.revision, Optional.of(now), current.isPresent());
  }

  private Result delete(Turn turn, Delete delete) {
    Optional<Fenced> fenced = fences.refusal(delete.fences());
    if (fenced.isPresent()) {
      return fenced.get();
    }
    Optional<KeyMeta> current = keys.meta(delete.key());
    if (!Keys.holds(delete.expect(), current)) {
      return new Mismatch(counters.revision, current);
    }
    fences.note(delete.fences());
    boolean existed = keys.delete(turn, delete.key());
    return new Written(counters.revision, Optional.empty(), existed);
  }

  private Result txn(Turn turn, Txn txn) {
    Optional<Fenced> fenced = fences.refusal(txn.fences());
    if (fenced.isPresent()) {
      return fenced.get();
    }
    boolean succeeded =
        txn.compares().stream().allMatch(c -> Keys.holds(c.expect(), keys.meta(c.key())));
    List<TxnWrite> writes = succeeded ? txn.then() : txn.otherwise();
    for (TxnWrite write : writes) {
      Optional<Result> refusal =
          write.value().isPresent() ? refusal(write.life()) : Optional.empty();
      if (refusal.isPresent()) {
        return refusal.get();
      }
    }
    fences.note(txn.fences());
    List<Optional<KeyMeta>> metas = new ArrayList<>(writes.size());
    for (TxnWrite write : writes) {
      metas.add(write(turn, write));
    }
    return new TxnDone(counters.revision, succeeded, metas);
  }

  private Optional<KeyMeta> write(Turn turn, TxnWrite write) {
    if (write.value().isPresent()) {
      return Optional.of(keys.put(turn, write.key(), write.value().get(), write.life()));
    }
    boolean unused = keys.delete(turn, write.key());
    return Optional.empty();
  }

  private Result expireKeys(Turn turn, ExpireKeys expire) {
    boolean any = false;
    for (Compare compare : expire.keys()) {
      Optional<KeyMeta> current = keys.meta(compare.key());
      if (current.isPresent()
          && current.get().life().ttlMs() > 0
          && Keys.holds(compare.expect(), current)) {
        any |= keys.delete(turn, compare.key());
      }
    }
    return new Written(counters.revision, Optional.empty(), any);
  }

  private Result raise(RaiseFence raise) {
    List<Fence> fence = List.of(raise.fence());
    Optional<Fenced> fenced = fences.refusal(fence);
    if (fenced.isPresent()) {
      return fenced.get();
    }
    boolean existed = fences.highest(raise.fence().resource()).isPresent();
    fences.note(fence);
    return new Written(counters.revision, Optional.empty(), existed);
  }

  private Result leap(Leap leap) {
    counters.revision = Math.max(counters.revision, leap.revision());
    history.forget();
    forgot = true;
    return new Written(counters.revision, Optional.empty(), false);
  }

  private Optional<Result> refusal(Life life) {
    return leasesHere ? leases.refusal(life) : Optional.empty();
  }
}
