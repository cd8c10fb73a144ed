package io.hawser.storage.core;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Leap;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Mismatch;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the operations mean, said as simply as can be: maps of objects, nothing bounded. One file,
 * however long, as it is to be read beside {@code StorageOp}.
 */
final class Model {
  record Stored(KeyMeta meta, Blob value) {}

  /** What happened to a key; no key means that it was deleted. */
  record Event(long revision, String key, Optional<Stored> became) {}

  final TreeMap<String, Stored> keys = new TreeMap<>();
  final TreeMap<String, LeaseState> leases = new TreeMap<>();
  final TreeMap<String, Long> grants = new TreeMap<>();
  final TreeMap<String, Long> fences = new TreeMap<>();
  final List<Event> events = new ArrayList<>();
  long revision;
  private final Map<String, Map<Long, Result>> results = new HashMap<>();
  private final Map<String, Long> lowest = new HashMap<>();
  private long turn;

  Result apply(Mutation mutation) {
    if (mutation.client().isEmpty()) {
      return perform(mutation.op());
    }
    Map<Long, Result> known = results.computeIfAbsent(mutation.client(), c -> new HashMap<>());
    long floor = lowest.getOrDefault(mutation.client(), 1L);
    if (mutation.sequence() < Math.max(floor, mutation.lowestPending())
        || (known.isEmpty() && mutation.lowestPending() > 1)) {
      return new TooLate(mutation.client(), mutation.sequence());
    }
    Result before = known.get(mutation.sequence());
    if (before != null) {
      return before;
    }
    Result result = perform(mutation.op());
    known.put(mutation.sequence(), result);
    lowest.put(mutation.client(), Math.max(floor, mutation.lowestPending()));
    return result;
  }

  private Result perform(StorageOp op) {
    turn = 0;
    return switch (op) {
      case Put put -> write(put.fences(), put.expect(), put.key(), put.life(), put.value());
      case Delete delete -> delete(delete);
      case Txn txn -> txn(txn);
      case Acquire acquire -> acquire(acquire);
      case Release release -> release(release);
      case Expire expire -> expire(expire);
      case ExpireKeys expire -> expireKeys(expire);
      case LeaseEnded ended -> ended(ended);
      case RaiseFence raise -> raise(raise.fence());
      case Leap leap -> leap(leap);
    };
  }

  private Result leap(Leap leap) {
    revision = Math.max(revision, leap.revision());
    return new Written(revision, Optional.empty(), false);
  }

  private Result write(List<Fence> with, Expect expect, String key, Life life, Blob value) {
    Optional<Result> refused = refusal(with, expect, key);
    if (refused.isPresent()) {
      return refused.get();
    }
    boolean existed = keys.containsKey(key);
    Optional<Result> noLease = noLease(life);
    if (noLease.isPresent()) {
      return noLease.get();
    }
    note(with);
    return written(store(key, life, value), existed);
  }

  private Written written(KeyMeta meta, boolean existed) {
    return new Written(revision, Optional.of(meta), existed);
  }

  private Result delete(Delete delete) {
    Optional<Result> refused = refusal(delete.fences(), delete.expect(), delete.key());
    if (refused.isPresent()) {
      return refused.get();
    }
    note(delete.fences());
    boolean existed = remove(delete.key());
    return new Written(revision, Optional.empty(), existed);
  }

  private Optional<Result> refusal(List<Fence> with, Expect expect, String key) {
    Optional<Result> fenced = fence(with);
    if (fenced.isPresent()) {
      return fenced;
    }
    Optional<KeyMeta> there = meta(key);
    return holds(expect, key) ? Optional.empty() : Optional.of(new Mismatch(revision, there));
  }

  private Result txn(Txn txn) {
    Optional<Result> fenced = fence(txn.fences());
    if (fenced.isPresent()) {
      return fenced.get();
    }
    boolean holds = txn.compares().stream().allMatch(c -> holds(c.expect(), c.key()));
    List<TxnWrite> writes = holds ? txn.then() : txn.otherwise();
    Optional<Result> noLease =
        writes.stream()
            .filter(w -> w.value().isPresent())
            .flatMap(w -> noLease(w.life()).stream())
            .findFirst();
    if (noLease.isPresent()) {
      return noLease.get();
    }
    note(txn.fences());
    List<Optional<KeyMeta>> metas = new ArrayList<>();
    for (TxnWrite write : writes) {
      if (write.value().isPresent()) {
        metas.add(Optional.of(store(write.key(), write.life(), write.value().get())));
      } else {
        boolean unused = remove(write.key());
        metas.add(Optional.empty());
      }
    }
    return new TxnDone(revision, holds, metas);
  }

  private Result acquire(Acquire op) {
    LeaseState held = leases.get(op.lease());
    if (held != null && !held.holder().equals(op.holder())) {
      return held(held);
    }
    long epoch = held == null ? ++revision : held.epoch();
    LeaseState now = new LeaseState(op.lease(), op.holder(), epoch, op.ttlMs());
    leases.put(op.lease(), now);
    grants.put(op.lease(), held == null ? 1 : grants.getOrDefault(op.lease(), 0L) + 1);
    return now;
  }

  private Result release(Release op) {
    LeaseState held = leases.get(op.lease());
    if (held == null) {
      return new LeaseGone(op.lease());
    }
    return held.holder().equals(op.holder()) && held.epoch() == op.epoch()
        ? over(held)
        : held(held);
  }

  private Result expire(Expire op) {
    LeaseState held = leases.get(op.lease());
    if (held == null) {
      return new LeaseGone(op.lease());
    }
    boolean meant = op.granted() == 0 || op.granted() == grants.getOrDefault(op.lease(), 0L);
    return held.epoch() == op.epoch() && meant ? over(held) : held(held);
  }

  private Result over(LeaseState lease) {
    long at = now();
    LeaseState unused = leases.remove(lease.lease());
    boolean unusedToo = end(lease.lease(), lease.epoch());
    return new Written(at, Optional.empty(), true);
  }

  private Result ended(LeaseEnded op) {
    LeaseState held = leases.get(op.lease());
    if (held != null && held.epoch() <= op.epoch()) {
      return held(held);
    }
    boolean any = end(op.lease(), op.epoch());
    return new Written(revision, Optional.empty(), any);
  }

  private boolean end(String lease, long epoch) {
    List<String> gone =
        keys.entrySet().stream()
            .filter(e -> e.getValue().meta().life().lease().equals(lease))
            .filter(e -> e.getValue().meta().life().leaseEpoch() <= epoch)
            .map(Map.Entry::getKey)
            .toList();
    gone.forEach(
        key -> {
          boolean unused = remove(key);
        });
    return !gone.isEmpty();
  }

  private Result expireKeys(ExpireKeys op) {
    boolean any = false;
    for (Compare compare : op.keys()) {
      Stored stored = keys.get(compare.key());
      if (stored != null
          && stored.meta().life().ttlMs() > 0
          && holds(compare.expect(), compare.key())) {
        any |= remove(compare.key());
      }
    }
    return new Written(revision, Optional.empty(), any);
  }

  private Result raise(Fence fence) {
    boolean existed = fences.containsKey(fence.resource());
    Optional<Result> fenced = fence(List.of(fence));
    if (fenced.isPresent()) {
      return fenced.get();
    }
    note(List.of(fence));
    return new Written(revision, Optional.empty(), existed);
  }

  private Optional<Result> fence(List<Fence> with) {
    for (Fence fence : with) {
      Long highest = fences.get(fence.resource());
      if (highest != null && highest > fence.token()) {
        return Optional.of(new Fenced(fence.resource(), fence.token(), highest));
      }
    }
    return Optional.empty();
  }

  private void note(List<Fence> with) {
    with.forEach(
        f -> {
          Long unused = fences.merge(f.resource(), f.token(), Math::max);
        });
  }

  private Optional<Result> noLease(Life life) {
    if (life.lease().isEmpty()) {
      return Optional.empty();
    }
    LeaseState held = leases.get(life.lease());
    if (held == null) {
      return Optional.of(new LeaseGone(life.lease()));
    }
    return held.epoch() == life.leaseEpoch() ? Optional.empty() : Optional.of(held(held));
  }

  private KeyMeta store(String key, Life life, Blob value) {
    Stored before = keys.get(key);
    long at = now();
    KeyMeta meta =
        before == null
            ? new KeyMeta(at, at, 1, value.length(), life)
            : new KeyMeta(
                before.meta().createRevision(),
                at,
                before.meta().version() + 1,
                value.length(),
                life);
    Stored stored = new Stored(meta, value);
    keys.put(key, stored);
    events.add(new Event(at, key, Optional.of(stored)));
    return meta;
  }

  private boolean remove(String key) {
    if (keys.remove(key) == null) {
      return false;
    }
    events.add(new Event(now(), key, Optional.empty()));
    return true;
  }

  private long now() {
    if (turn == 0) {
      turn = ++revision;
    }
    return turn;
  }

  private Optional<KeyMeta> meta(String key) {
    return Stream.ofNullable(keys.get(key)).map(Stored::meta).findFirst();
  }

  private boolean holds(Expect expect, String key) {
    Optional<KeyMeta> there = meta(key);
    return switch (expect.condition()) {
      case ANY -> true;
      case ABSENT -> there.isEmpty();
      case PRESENT -> there.isPresent();
      case REVISION -> there.filter(m -> m.modRevision() == expect.revision()).isPresent();
    };
  }

  private static LeaseHeld held(LeaseState lease) {
    return new LeaseHeld(lease.lease(), lease.holder(), lease.epoch(), lease.ttlMs());
  }
}
