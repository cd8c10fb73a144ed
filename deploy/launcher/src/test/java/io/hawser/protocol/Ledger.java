package io.hawser.protocol;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.hard.HardKeys;
import io.hawser.model.Blob;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.core.Applied;
import io.hawser.storage.core.Delta;
import io.hawser.storage.core.Reads;
import io.hawser.storage.core.StateMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The group {@code meta}: the store's own state machine, and pairs in memory below it. Immutable: a
 * change makes another one. Values stand for records by a number, as the machine does not look at
 * them.
 */
final class Ledger {
  /** A record and the revision at which the store has it. */
  record Line(Facet value, long revision) {}

  /** What a change leads to. */
  record Changed(Ledger next, Result result) {}

  private static final Map<Facet, Integer> NUMBERS = new HashMap<>();
  private static final List<Facet> FACETS = new ArrayList<>();
  private static final int MOST = 1_000;

  private final MapStore store;
  private final long index;
  private final Map<FacetKey, Line> records;
  private final String words;

  Ledger() {
    this(new MapStore(), 0);
  }

  private Ledger(MapStore store, long index) {
    this.store = store;
    this.index = index;
    this.records = read(store);
    this.words = Identity.words(records);
  }

  static Blob blob(Facet facet) {
    int number = NUMBERS.computeIfAbsent(facet, f -> FACETS.size());
    if (number == FACETS.size()) {
      FACETS.add(facet);
    }
    return Blob.utf8(Integer.toString(number));
  }

  private static Map<FacetKey, Line> read(MapStore store) {
    Map<FacetKey, Line> records = new HashMap<>();
    for (Item item : Reads.listed(store, HardKeys.PREFIX, "", MOST, true).items()) {
      Facet facet = FACETS.get(Integer.parseInt(item.value().orElseThrow().text()));
      FacetKey key = HardKeys.parse(item.key()).orElseThrow();
      records.put(key, new Line(facet, item.meta().modRevision()));
    }
    return Map.copyOf(records);
  }

  Changed change(StorageOp op) {
    MapStore copy = store.copy();
    StateMachine machine = new StateMachine(copy, true);
    LogEntry entry = new LogEntry(0, List.of(new Mutation("", 0, 0, op)));
    Result result = machine.apply(new Applied(index + 1, 1), entry).getFirst();
    Delta unused = machine.commit();
    return new Changed(new Ledger(copy, index + 1), result);
  }

  /** Ends the lease as its leader does, if somebody has it. */
  Ledger expired() {
    Optional<Reads.Grant> grant = Reads.grants(store).stream().findFirst();
    return grant
        .map(g -> new Expire(FailoverClient.LEASE, g.state().epoch(), g.granted()))
        .map(expire -> change(expire).next())
        .orElse(this);
  }

  Optional<LeaseState> lease() {
    return Reads.lease(store, FailoverClient.LEASE);
  }

  /** The highest token that was shown for a resource; 0 for none. */
  long highest(String resource) {
    return Reads.fence(store, resource).orElse(0L);
  }

  /** Whether a user's write with this token is carried out. */
  boolean takes(Fence fence) {
    Put put = new Put("user", Blob.utf8("x"), Expect.ANY, Life.FOREVER, List.of(fence));
    return !(change(put).result() instanceof Fenced);
  }

  Map<FacetKey, Line> records() {
    return records;
  }

  /** What it has, in words. */
  String words() {
    return words;
  }
}
