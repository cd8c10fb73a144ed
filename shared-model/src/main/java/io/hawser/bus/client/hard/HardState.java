package io.hawser.bus.client.hard;

import io.hawser.bus.client.hard.RecordLists.Listing;
import io.hawser.bus.client.storage.Results;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.model.StorageKeys;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Condition;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and writes the suite's hard state, which is in the group {@code meta} of the store, under
 * one revision. Hard state: what was written is on the disks of a majority.
 *
 * <p>A read sees every write that ended before it began, wherever either was sent. A write names
 * what it expects of each record, and is carried out as a whole or not at all, once, however often
 * it had to be sent. Whoever acts under a lease passes its {@link Fence}: the lease's name and
 * epoch. A writer with a lower epoch than was ever seen is refused from then on.
 *
 * <p>Every future succeeds within 1.5 s, with
 *
 * <ul>
 *   <li>{@code Ok}: it is done;
 *   <li>{@code Rejected}: nothing was changed. {@link Results#REVISION_MISMATCH}: a record is not
 *       what was expected; {@link Results#FENCED}: a higher epoch was seen; {@code no-quorum},
 *       {@code no-storage}, {@code overloaded}, {@code no-room}: the store cannot do it now; {@code
 *       unreadable}: the record is of a newer version of Hawser;
 *   <li>{@code Unknown}: it may have been carried out, or may yet be. Read, and see. As each write
 *       names what it expects, it does no harm to decide anew from what was read and to write
 *       again.
 * </ul>
 *
 * <p>When a write ends as {@code Ok}, the node's catalog has it already ({@link Mirror}). Others
 * have it a moment later, through their watches. For a view of all records that costs no call, read
 * the catalog: it is never ahead of the store, and may be behind it; so base a write on it only
 * together with the revision that it has there. Thread-safe; futures complete on the caller's
 * context.
 */
public final class HardState {
  /** The code of the refusal of what this version cannot read. */
  public static final String UNREADABLE = "unreadable";

  /** The most records of one commit: each counts twice in the store, with what it expects. */
  public static final int MAX_WRITES = StorageKeys.MAX_TRANSACTION / 2;

  /**
   * A record in the store.
   *
   * @param revision of its last write: what a next write may expect
   */
  public record Held<F extends Facet>(FacetKey key, F value, long revision) {}

  /**
   * One write of several: a put, or a delete when there is no value.
   *
   * @param expect what the record has to be, or nothing is written
   */
  public record Write(FacetKey key, Optional<Facet> value, Expect expect) {
    public static Write put(FacetKey key, Facet value, Expect expect) {
      return new Write(key, Optional.of(value), expect);
    }

    public static Write delete(FacetKey key, Expect expect) {
      return new Write(key, Optional.empty(), expect);
    }
  }

  /**
   * How a write ended.
   *
   * @param revision that each record has that was put, and what a next write of it may expect
   * @param created the records that were not there before
   */
  public record Committed(long revision, Set<FacetKey> created) {
    public Committed {
      created = Set.copyOf(created);
    }
  }

  /** What has to know of a write before the writer does. */
  @FunctionalInterface
  public interface Mirror {
    /** Takes records in that have been written at a revision. Never fails. */
    Future<Void> written(long revision, List<Write> writes);
  }

  private final StorageClient client;
  private final Mirror mirror;
  private final RecordFormat format = new RecordFormat();
  private final RecordLists lists;

  /**
   * @param client started
   */
  public HardState(StorageClient client, Mirror mirror) {
    this.client = client;
    this.mirror = mirror;
    this.lists = new RecordLists(client, format);
  }

  /** The client of the store, for leases and for what is no record. */
  public StorageClient storage() {
    return client;
  }

  // ---- reading

  /** The record as it is now; empty when there is none. */
  public <F extends Facet> Future<Outcome<Optional<Held<F>>>> get(FacetKey key, Class<F> type) {
    return client
        .get(StorageMessage.META, HardKeys.of(key))
        .map(
            outcome ->
                outcome instanceof Outcome.Ok<Found> ok
                    ? found(key, type, ok.value())
                    : outcome.map(found -> Optional.empty()));
  }

  private <F extends Facet> Outcome<Optional<Held<F>>> found(
      FacetKey key, Class<F> type, Found found) {
    if (found.meta().isEmpty() || found.value().isEmpty()) {
      return new Outcome.Ok<>(Optional.empty());
    }
    Optional<Facet> value = format.decode(HardKeys.of(key), found.value().get());
    long revision = found.meta().get().modRevision();
    return value.isPresent()
        ? new Outcome.Ok<>(Optional.of(new Held<>(key, type.cast(value.get()), revision)))
        : new Outcome.Rejected<>(UNREADABLE, key + " was written by a newer version of Hawser");
  }

  /** Every record of a kind, in the order of scope and name. */
  public <F extends Facet> Future<Outcome<List<Held<F>>>> list(Kind kind, Class<F> type) {
    return list(HardKeys.prefix(kind), type);
  }

  /** Every record of a kind and a scope, in the order of the names. */
  public <F extends Facet> Future<Outcome<List<Held<F>>>> list(
      Kind kind, String scope, Class<F> type) {
    return list(HardKeys.prefix(kind, scope), type);
  }

  private <F extends Facet> Future<Outcome<List<Held<F>>>> list(String prefix, Class<F> type) {
    return listing(prefix, Freshness.LINEARIZABLE, 0)
        .map(
            outcome ->
                outcome instanceof Outcome.Ok<Listing> ok && !ok.value().unreadable().isEmpty()
                    ? new Outcome.Rejected<>(
                        UNREADABLE,
                        "of "
                            + prefix
                            + ", "
                            + ok.value().unreadable().size()
                            + " were written by a newer version of Hawser")
                    : outcome.map(listing -> typed(listing, type)));
  }

  private static <F extends Facet> List<Held<F>> typed(Listing listing, Class<F> type) {
    return listing.records().stream()
        .map(held -> new Held<>(held.key(), type.cast(held.value()), held.revision()))
        .toList();
  }

  /** Every record whose key has a prefix, but for those that cannot be read. */
  Future<Outcome<Listing>> listing(String prefix, Freshness freshness, long minRevision) {
    return lists.read(prefix, freshness, minRevision);
  }

  // ---- writing

  /**
   * From here on whoever claims the resource under a lower token is refused. To be called by who
   * has just got a lease, before it reads what it will decide from: else a write that its
   * predecessor has under way may come after that read.
   */
  public Future<Outcome<Written>> raise(Fence fence) {
    return client
        .change(StorageMessage.META, new RaiseFence(fence))
        .map(outcome -> Results.expect(Written.class, outcome));
  }

  /** Writes one record. */
  public Future<Outcome<Committed>> put(
      FacetKey key, Facet value, Expect expect, List<Fence> fences) {
    return commit(List.of(Write.put(key, value, expect)), fences);
  }

  /** Deletes one record. */
  public Future<Outcome<Committed>> delete(FacetKey key, Expect expect, List<Fence> fences) {
    return commit(List.of(Write.delete(key, expect)), fences);
  }

  /**
   * Writes several records, all of them or none.
   *
   * @param writes at most {@link #MAX_WRITES}, and one for each record
   * @param fences what the writer claims to hold; refused when a higher epoch was seen
   */
  public Future<Outcome<Committed>> commit(List<Write> writes, List<Fence> fences) {
    if (writes.size() > MAX_WRITES) {
      throw new IllegalArgumentException(
          writes.size() + " records cannot be written together, only " + MAX_WRITES);
    }
    List<Compare> compares = new ArrayList<>();
    List<TxnWrite> changes = new ArrayList<>();
    Set<FacetKey> keys = new HashSet<>();
    for (Write write : writes) {
      if (!keys.add(write.key())) {
        throw new IllegalArgumentException("written twice: " + write.key());
      }
      String key = HardKeys.of(write.key());
      if (write.expect().condition() != Condition.ANY) {
        compares.add(new Compare(key, write.expect()));
      }
      changes.add(
          new TxnWrite(key, write.value().map(v -> format.encode(write.key(), v)), Life.FOREVER));
    }
    return client
        .change(StorageMessage.META, new Txn(compares, changes, List.of(), fences))
        .compose(outcome -> ended(writes, outcome));
  }

  private Future<Outcome<Committed>> ended(List<Write> writes, Outcome<Result> outcome) {
    return switch (Results.expect(TxnDone.class, outcome)) {
      case Outcome.Ok<TxnDone> ok -> carriedOut(writes, ok.value());
      case Outcome.Rejected<TxnDone> rejected -> Future.succeededFuture(rejected.cast());
      case Outcome.Unknown<TxnDone> unknown -> Future.succeededFuture(unknown.cast());
    };
  }

  private Future<Outcome<Committed>> carriedOut(List<Write> writes, TxnDone done) {
    if (!done.succeeded()) {
      return Future.succeededFuture(
          new Outcome.Rejected<>(
              Results.REVISION_MISMATCH, "not all is as it was expected to be: " + keys(writes)));
    }
    Outcome<Committed> committed = new Outcome.Ok<>(committed(writes, done));
    return mirror.written(done.revision(), writes).map(v -> committed);
  }

  private static List<FacetKey> keys(List<Write> writes) {
    return writes.stream().map(Write::key).toList();
  }

  private static Committed committed(List<Write> writes, TxnDone done) {
    Set<FacetKey> created = new HashSet<>();
    for (int i = 0; i < writes.size(); i++) {
      FacetKey key = writes.get(i).key();
      done.keys().get(i).filter(meta -> meta.version() == 1).ifPresent(meta -> created.add(key));
    }
    return new Committed(done.revision(), created);
  }
}
