package io.hawser.storage.rocks;

import io.hawser.bus.WireFormat;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.core.Applied;
import io.hawser.storage.core.MemoryStore;
import io.hawser.storage.core.Ops;
import io.hawser.storage.core.StateMachine;
import io.hawser.storage.log.Committed;
import java.util.ArrayList;
import java.util.List;

/** Entries of a log as they come from it. */
final class Logs {
  private static final WireFormat FORMAT = new WireFormat(List.of());

  private Logs() {}

  static Committed committed(long index, LogEntry entry) {
    return new Committed(index, 1, FORMAT.encode(entry));
  }

  static Committed committed(long index, StorageOp... ops) {
    List<Mutation> mutations = new ArrayList<>();
    for (StorageOp op : ops) {
      mutations.add(new Mutation("", 0, 0, op));
    }
    return committed(index, new LogEntry(1_000, mutations));
  }

  static Committed from(String client, long sequence, long index, StorageOp op) {
    return committed(
        index, new LogEntry(1_000, List.of(new Mutation(client, sequence, sequence, op))));
  }

  /** The first entries that a seed makes; the same each time. */
  static List<Committed> seeded(long seed, int count) {
    Ops ops = new Ops(seed);
    List<Committed> log = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      ops.revision(i);
      log.add(committed(i, ops.entry()));
    }
    return log;
  }

  /** What a store holds after the first entries of a seed. */
  static StateHash expected(long seed, long count, String group) {
    Ops ops = new Ops(seed);
    MemoryStore store = new MemoryStore();
    StateMachine machine = new StateMachine(store, group.equals("meta"));
    for (int i = 1; i <= count; i++) {
      ops.revision(i);
      List<Result> unused = machine.apply(new Applied(i, 1), ops.entry());
    }
    if (count > 0) {
      var unused = machine.commit();
    }
    return StateHash.of(store);
  }
}
