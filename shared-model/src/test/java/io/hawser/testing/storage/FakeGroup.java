package io.hawser.testing.storage;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Listed;
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
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a group of the store holds, as all of its replicas agree on it, in memory. Nothing ends by
 * time: a test ends it. Guarded by {@link FakeStorage}.
 */
final class FakeGroup {
  private static final Comparator<String> BY_BYTES =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private record Value(KeyMeta meta, Blob blob) {}

  private final TreeMap<String, Value> keys = new TreeMap<>(BY_BYTES);
  private final List<Change> history = new ArrayList<>();
  private final Map<String, Long> fences = new HashMap<>();
  private final Map<String, LeaseState> leases = new HashMap<>();
  private final Map<String, Result> sessions = new HashMap<>();
  private long revision;
  private long compacted;
  private int applied;

  long revision() {
    return revision;
  }

  /** How many changes were carried out, not counting repeated ones. */
  int applied() {
    return applied;
  }

  /** Forgets the history up to now. */
  void compact() {
    history.clear();
    compacted = revision;
  }

  Result apply(Mutation mutation) {
    String id = mutation.client() + "/" + mutation.sequence();
    Result before = sessions.get(id);
    if (before != null) {
      return before;
    }
    applied++;
    Result result = apply(mutation.op());
    sessions.put(id, result);
    return result;
  }

  private Result apply(StorageOp op) {
    return switch (op) {
      case Put put -> put(put);
      case Delete delete -> delete(delete);
      case Txn txn -> txn(txn);
      case Acquire acquire -> acquire(acquire);
      case Release release -> release(release);
      case RaiseFence raise -> fenced(List.of(raise.fence())).orElse(none());
      case Expire expire -> end(expire.lease());
      case LeaseEnded ended -> end(ended.lease());
      case Leap leap -> {
        revision = Math.max(revision, leap.revision());
        yield none();
      }
      case ExpireKeys keysOver -> {
        keysOver.keys().forEach(key -> remove(key.key()));
        yield none();
      }
    };
  }

  private Result none() {
    return new Written(revision, Optional.empty(), false);
  }

  private Optional<Result> fenced(List<Fence> claims) {
    for (Fence claim : claims) {
      long highest = fences.getOrDefault(claim.resource(), 0L);
      if (claim.token() < highest) {
        return Optional.of(new Fenced(claim.resource(), claim.token(), highest));
      }
    }
    claims.forEach(claim -> fences.put(claim.resource(), claim.token()));
    return Optional.empty();
  }

  private boolean holds(String key, Expect expect) {
    Value value = keys.get(key);
    return switch (expect.condition()) {
      case ANY -> true;
      case ABSENT -> value == null;
      case PRESENT -> value != null;
      case REVISION -> value != null && value.meta().modRevision() == expect.revision();
    };
  }

  private Result put(Put put) {
    Optional<Result> refused = fenced(put.fences());
    if (refused.isPresent()) {
      return refused.get();
    }
    boolean existed = keys.containsKey(put.key());
    return holds(put.key(), put.expect())
        ? new Written(++revision, Optional.of(store(put.key(), put.value(), put.life())), existed)
        : new Mismatch(revision, meta(put.key()));
  }

  private Result delete(Delete delete) {
    Optional<Result> refused = fenced(delete.fences());
    if (refused.isPresent()) {
      return refused.get();
    }
    boolean existed = keys.containsKey(delete.key());
    if (!holds(delete.key(), delete.expect())) {
      return new Mismatch(revision, meta(delete.key()));
    }
    if (existed) {
      revision++;
      remove(delete.key());
    }
    return new Written(revision, Optional.empty(), existed);
  }

  private Result txn(Txn txn) {
    Optional<Result> refused = fenced(txn.fences());
    if (refused.isPresent()) {
      return refused.get();
    }
    boolean succeeded = txn.compares().stream().allMatch((Compare c) -> holds(c.key(), c.expect()));
    List<TxnWrite> writes = succeeded ? txn.then() : txn.otherwise();
    revision += writes.isEmpty() ? 0 : 1;
    List<Optional<KeyMeta>> written = new ArrayList<>();
    for (TxnWrite write : writes) {
      if (write.value().isPresent()) {
        written.add(Optional.of(store(write.key(), write.value().get(), write.life())));
      } else {
        remove(write.key());
        written.add(Optional.empty());
      }
    }
    return new TxnDone(revision, succeeded, written);
  }

  private KeyMeta store(String key, Blob blob, Life life) {
    Optional<KeyMeta> old = meta(key);
    KeyMeta meta =
        new KeyMeta(
            old.map(KeyMeta::createRevision).orElse(revision),
            revision,
            old.map(KeyMeta::version).orElse(0L) + 1,
            blob.length(),
            life);
    keys.put(key, new Value(meta, blob));
    history.add(new Change(revision, key, Optional.of(meta), Optional.of(blob)));
    return meta;
  }

  private void remove(String key) {
    if (keys.remove(key) != null) {
      history.add(new Change(revision, key, Optional.empty(), Optional.empty()));
    }
  }

  private Optional<KeyMeta> meta(String key) {
    return Optional.ofNullable(keys.get(key)).map(Value::meta);
  }

  // ---- leases

  private Result acquire(Acquire acquire) {
    LeaseState held = leases.get(acquire.lease());
    if (held != null && !held.holder().equals(acquire.holder())) {
      return new LeaseHeld(held.lease(), held.holder(), held.epoch(), held.ttlMs());
    }
    long epoch = held == null ? ++revision : held.epoch();
    LeaseState taken = new LeaseState(acquire.lease(), acquire.holder(), epoch, acquire.ttlMs());
    leases.put(acquire.lease(), taken);
    return taken;
  }

  private Result release(Release release) {
    Result held = renew(release.lease(), release.holder(), release.epoch());
    return held instanceof LeaseState ? end(release.lease()) : held;
  }

  /** Ends a lease, and the keys that live with it. */
  Result end(String lease) {
    leases.remove(lease);
    revision++;
    keys.entrySet().stream()
        .filter(e -> e.getValue().meta().life().lease().equals(lease))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::remove);
    return new Written(revision, Optional.empty(), true);
  }

  Result renew(String lease, String holder, long epoch) {
    LeaseState held = leases.get(lease);
    if (held == null) {
      return new LeaseGone(lease);
    }
    return held.holder().equals(holder) && held.epoch() == epoch
        ? held
        : new LeaseHeld(lease, held.holder(), held.epoch(), held.ttlMs());
  }

  LeaseFound lease(String name) {
    Optional<LeaseState> held = Optional.ofNullable(leases.get(name));
    return new LeaseFound(held, held.map(LeaseState::ttlMs).orElse(0L));
  }

  // ---- reads

  Found get(String key) {
    return new Found(revision, meta(key), Optional.ofNullable(keys.get(key)).map(Value::blob));
  }

  Listed list(ListKeys request) {
    List<Item> items =
        keys.entrySet().stream()
            .filter(e -> e.getKey().startsWith(request.prefix()))
            .filter(e -> BY_BYTES.compare(e.getKey(), request.after()) > 0)
            .limit(request.limit() + 1L)
            .map(
                e ->
                    new Item(
                        e.getKey(),
                        e.getValue().meta(),
                        request.values() ? Optional.of(e.getValue().blob()) : Optional.empty()))
            .toList();
    boolean more = items.size() > request.limit();
    return new Listed(revision, more ? items.subList(0, request.limit()) : items, more);
  }

  Changes changes(String prefix, long after, int limit) {
    if (after < compacted) {
      return new Changes(revision, List.of(), true);
    }
    List<Change> found =
        history.stream()
            .filter(change -> change.revision() > after && change.key().startsWith(prefix))
            .toList();
    if (found.size() <= limit) {
      return new Changes(revision, found, false);
    }
    // A revision is handed on as a whole.
    long last = found.get(limit - 1).revision();
    return new Changes(
        last, found.stream().filter(change -> change.revision() <= last).toList(), false);
  }
}
