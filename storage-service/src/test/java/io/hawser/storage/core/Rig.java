package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Written;
import java.util.List;

/** A machine on a store in memory, with short words for what is done to it. */
final class Rig {
  final MemoryStore store;
  StateMachine machine;
  long index;
  long stampMs = 1_000_000;
  Delta delta = new Delta(0, List.of(), List.of(), false);

  Rig() {
    this(new MemoryStore());
  }

  Rig(MemoryStore store) {
    this.store = store;
    machine = new StateMachine(store, true);
    index = machine.applied().index();
  }

  /** A machine of a data group: the leases are elsewhere. */
  static Rig data() {
    Rig rig = new Rig();
    rig.machine = new StateMachine(rig.store, false);
    return rig;
  }

  Result apply(StorageOp op) {
    return apply("", 0, 0, op);
  }

  Result apply(String client, long sequence, long lowestPending, StorageOp op) {
    LogEntry entry =
        new LogEntry(stampMs, List.of(new Mutation(client, sequence, lowestPending, op)));
    Result result = machine.apply(new Applied(++index, 1), entry).getFirst();
    delta = machine.commit();
    return result;
  }

  /** Applies a whole entry. */
  List<Result> entry(LogEntry entry) {
    List<Result> results = machine.apply(new Applied(++index, 1), entry);
    delta = machine.commit();
    return results;
  }

  /** Lets the group's time pass, with entries that do nothing. */
  void pass(long ms) {
    for (long left = ms; left > 0; left -= Counters.STEP_MS) {
      stampMs += Math.min(left, Counters.STEP_MS);
      List<Result> none = machine.apply(new Applied(++index, 1), new LogEntry(stampMs, List.of()));
      delta = machine.commit();
      assertThat(none).isEmpty();
    }
  }

  Result put(String key, String value) {
    return apply(put(key, value, Expect.ANY, Life.FOREVER));
  }

  static Put put(String key, String value, Expect expect, Life life, Fence... fences) {
    return new Put(key, Blob.utf8(value), expect, life, List.of(fences));
  }

  static Delete delete(String key, Expect expect, Fence... fences) {
    return new Delete(key, expect, List.of(fences));
  }

  /** What a write that went through left of its key. */
  static KeyMeta meta(Result result) {
    return ((Written) result).key().orElseThrow();
  }

  String value(String key) {
    return Reads.found(store, 0, key).value().map(Blob::text).orElse("-");
  }

  List<String> keys() {
    return Reads.listed(store, "", "", 1_000, false).items().stream().map(i -> i.key()).toList();
  }
}
