package io.hawser.bus.client.hard;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.SnapshotFile;
import io.hawser.bus.client.core.HardMirror;
import io.hawser.bus.client.hard.HardState.Write;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.Entry;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.StorageOp.Expect;
import io.hawser.node.Members;
import io.hawser.node.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's catalog equal to the records in the store: what is on disk at first, then a
 * list, then every change. So a node reads records as it reads the catalog, from memory, and has
 * them also when storage is gone, be it from its start on.
 *
 * <p>Twice a second the leader is asked how far the store is, and changes that the watch has not
 * brought are fetched: {@link #confirmedNs} says since when nothing can be missing here. Records
 * are read anew when the history does not reach back far enough, and once a minute in any case.
 *
 * <p>Thread-safe; works on contexts of its own.
 *
 * <p>Over 300 lines, as all of it reads and writes the same few fields.
 */
public final class HardStateReplica {
  /**
   * What the store keeps. Registers of these kinds are written through {@link HardState} only, and
   * no node takes them over from another one's catalog.
   */
  public static final Set<Kind> KINDS =
      Collections.unmodifiableSet(
          EnumSet.of(
              Kind.BACKUP,
              Kind.POLICY,
              Kind.ROUTE,
              Kind.RULE,
              Kind.RECEIVER,
              Kind.ROLE,
              Kind.INCIDENT,
              Kind.FAILOVER,
              Kind.PAUSE,
              Kind.PROCESS_OWNER));

  /** What says who is active: as long as one of these cannot be read, nothing is confirmed. */
  private static final Set<Kind> TELLING = EnumSet.of(Kind.ROLE, Kind.POLICY);

  private static final Logger log = LoggerFactory.getLogger(HardStateReplica.class);

  /** The file in the data directory. */
  static final String FILE = "records.snapshot";

  private static final long SAVE_MS = 1_000;

  /** How long a node that starts waits for the store of its cluster. */
  private static final long FIRST_WAIT_MS = 2_000;

  /** After how long it is strange that nothing could be read. */
  private static final long STRANGE_MS = 10_000;

  private final Vertx vertx;
  private final Time time;

  /** The follower's. */
  private final Context context;

  private final StorageClient client;
  private final CatalogReplica catalog;
  private final Members members;
  private final Set<Kind> kinds;
  private final HardState store;
  private final Follower follower;

  /** Owned by the catalog's context. */
  private final HardMirror mirror;

  private final Promise<Void> first = Promise.promise();
  private volatile Optional<Path> directory = Optional.empty();
  private volatile OptionalLong reachedNs = OptionalLong.empty();
  private volatile OptionalLong confirmedNs = OptionalLong.empty();
  private volatile boolean stores = true;
  private volatile boolean known;
  private volatile Set<FacetKey> unreadable = Set.of();
  private volatile long revision;
  private final AtomicLong changes = new AtomicLong();
  private final List<Runnable> confirmations = new CopyOnWriteArrayList<>();

  /**
   * @param client not started yet
   * @param catalog not started yet
   * @param kinds {@link #KINDS}; what others there are stays with the catalog
   */
  public HardStateReplica(
      Vertx vertx,
      StorageClient client,
      CatalogReplica catalog,
      Members members,
      Time time,
      Set<Kind> kinds) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.time = time;
    this.client = client;
    this.catalog = catalog;
    this.members = members;
    this.kinds = Set.copyOf(kinds);
    this.mirror = new HardMirror(kinds);
    this.store = new HardState(client, this::written);
    this.follower = new Follower(vertx, store, time, new Mirrored());
    catalog.leaveToStore(this.kinds);
  }

  /** For reads that have to be of now, and for writes. */
  public HardState store() {
    return store;
  }

  /** Whether registers of this kind are records of the store. */
  public boolean keeps(Kind kind) {
    return kinds.contains(kind);
  }

  /** Whether the catalog has had the records once: what it does not have was not there then. */
  public boolean known() {
    return known;
  }

  /**
   * When, on the node's monotonic clock, a read was begun that has shown that the catalog had every
   * role and policy as the store had it; empty before the first. Who may act on a record only while
   * it is sure to be true counts from here.
   */
  public OptionalLong confirmedNs() {
    return confirmedNs;
  }

  /**
   * Makes the catalog have every record of these kinds as the store has it. Succeeds with whether
   * it does: with all that was written before this was called.
   */
  public Future<Boolean> catchUp(Set<Kind> kinds) {
    long beganNs = time.nowNs();
    Context caller = vertx.getOrCreateContext();
    Promise<Boolean> done = Promise.promise();
    context.runOnContext(
        v ->
            follower
                .ask()
                .onComplete(
                    (asked, failure) ->
                        caller.runOnContext(w -> done.complete(reached(beganNs, kinds)))));
    return done.future();
  }

  private boolean reached(long sinceNs, Set<Kind> kinds) {
    OptionalLong reached = reachedNs;
    return reached.isPresent() && reached.getAsLong() - sinceNs >= 0 && readable(kinds);
  }

  private boolean readable(Set<Kind> kinds) {
    return unreadable.stream().noneMatch(key -> kinds.contains(key.kind()));
  }

  /**
   * Of which records nothing follows from their absence in the catalog: of all that the store
   * keeps, while this node has never had them; of those that it cannot read. To be asked before the
   * catalog is. In a cluster that does not store there are none.
   */
  public Predicate<FacetKey> gaps() {
    if (!stores) {
      return key -> false;
    }
    return known ? unreadable::contains : key -> kinds.contains(key.kind());
  }

  /**
   * Calls the listener, on the context that calls this, after each time that {@link #confirmedNs}
   * has changed.
   */
  public void onConfirmed(Runnable listener) {
    Context context = vertx.getOrCreateContext();
    confirmations.add(() -> context.runOnContext(v -> listener.run()));
  }

  /** What a write expects that was decided on from the catalog. */
  public Expect expected(FacetKey key) {
    return catalog.stamp(key).map(stamp -> Expect.revision(stamp.hlc())).orElse(Expect.ABSENT);
  }

  /** No node of the cluster keeps a store: there are no records. To be called before the start. */
  public void withoutStore() {
    stores = false;
  }

  /** Keeps the records on disk in this directory. To be called before the start. */
  public void keepIn(Path dir) {
    directory = Optional.of(dir);
  }

  /**
   * Reads what is on disk, and begins to follow the store. Where others store it waits for the
   * first list, since what is on disk may be of long ago, and goes on without it after 2 s: the
   * store may have no quorum.
   */
  public Future<Void> start() {
    return client
        .start()
        .compose(v -> directory.map(this::restore).orElseGet(Future::succeededFuture))
        .compose(
            v -> {
              context.runOnContext(c -> follower.begin());
              long unused = vertx.setTimer(STRANGE_MS, timer -> tellIfNothingIsKnown());
              return !othersStore()
                  ? Future.<Void>succeededFuture()
                  : first.future().timeout(FIRST_WAIT_MS, TimeUnit.MILLISECONDS).otherwiseEmpty();
            });
  }

  private void tellIfNothingIsKnown() {
    if (stores && !known) {
      log.warn(
          "nothing is routed here: no record of the store was ever read, so each service may be an"
              + " exclusive one. It goes on when the store has a quorum. Where no node of the"
              + " cluster has the role storage, set cluster.stores to false on each");
    }
  }

  private boolean othersStore() {
    return members.liveWith(StorageClient.ROLE).stream()
        .anyMatch(node -> !node.equals(members.self().id()));
  }

  private Future<Void> restore(Path dir) {
    SnapshotFile file = new SnapshotFile(dir.resolve(FILE), members.self().id());
    return vertx
        .executeBlocking(file::restore)
        .compose(
            found -> {
              if (found.isPresent()) {
                return mirrored(() -> mirror.restored(found.get().entries()))
                    .compose(v -> keep(file));
              }
              // Not before there is something to keep: an empty file would say that nothing is.
              Future<Void> unused = first.future().compose(v -> keep(file));
              return Future.<Void>succeededFuture();
            });
  }

  private Future<Void> keep(SnapshotFile file) {
    return file.keep(vertx, SAVE_MS, time, changes::get, () -> catalog.entriesOf(kinds));
  }

  // ---- the copy

  /** How far the mirror has come. */
  private record Reach(long revision, boolean known) {}

  private final class Mirrored implements Follower.Copy {
    @Override
    public long revision() {
      return revision;
    }

    @Override
    public Future<Void> listed(
        long listRevision, List<Entry> records, Set<FacetKey> unreadable, boolean anew) {
      return mirrored(() -> mirror.listed(listRevision, records, unreadable, anew))
          .onSuccess(v -> first.tryComplete());
    }

    @Override
    public Future<Void> changed(long upTo, List<Entry> entries) {
      return mirrored(() -> mirror.changed(upTo, entries));
    }

    @Override
    public void unreadable(Set<FacetKey> keys) {
      unreadable = keys;
    }

    @Override
    public void reached(long sinceNs) {
      reachedNs = OptionalLong.of(sinceNs);
      if (readable(TELLING)) {
        confirmedNs = reachedNs;
        confirmations.forEach(Runnable::run);
      }
    }
  }

  private Future<Void> written(long revisionOfAll, List<Write> writes) {
    List<Entry> entries =
        writes.stream().map(w -> HardMirror.entry(w.key(), w.value(), revisionOfAll)).toList();
    return mirrored(() -> mirror.written(entries));
  }

  private Future<Void> mirrored(Supplier<List<Entry>> taking) {
    AtomicReference<Reach> reach = new AtomicReference<>(new Reach(0, false));
    return catalog
        .mirror(
            () -> {
              List<Entry> changed = taking.get();
              reach.set(new Reach(mirror.revision(), mirror.known()));
              return changed;
            })
        .onSuccess(
            changed -> {
              // Not before the catalog shows them: who asks for these goes by the catalog next.
              revision = reach.get().revision();
              known = reach.get().known();
              changes.addAndGet(changed.size());
            })
        .mapEmpty();
  }
}
