package io.hawser.storage.rocks;

import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Listed;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.core.Applied;
import io.hawser.storage.core.Delta;
import io.hawser.storage.core.Leaps;
import io.hawser.storage.core.Reads;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.storage.core.Reads.ExpiringKey;
import io.hawser.storage.core.Reads.Grant;
import io.hawser.storage.core.SortedView;
import io.hawser.storage.core.StateMachine;
import io.hawser.storage.core.Sums;
import io.hawser.storage.log.Committed;
import io.hawser.storage.log.LogMachine;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group's replica on this node: what its log drives, and what reads are answered from. Holds hard
 * state. {@link #apply}, {@link #save} and {@link #load} belong to the group's apply thread; reads
 * are safe from any thread, beside them and beside {@link #close}, and throw {@link StoreException}
 * once it is closed. They show whole batches only.
 *
 * <p>What is applied is on disk some time later, all of it up to one entry or nothing: after a
 * crash the log hands over again what was lost. Results of clients that are there twice are
 * remembered as part of the state, so that nothing is done twice.
 *
 * <p>A little longer than other files: it is the one face of a replica to its log and its readers.
 */
public final class GroupStore implements LogMachine<List<Result>>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GroupStore.class);

  /** So much is written at once at most, so that large values do not pile up. */
  private static final long BATCH_BYTES = 16L << 20;

  private final StoreConfig config;
  private final RocksMemory memory;
  private final EntryBytes entries;
  private final StoreDirectory directory;
  private final Marks marks = new Marks();
  private final Compaction compaction = new Compaction();
  private final List<StoreListener> listeners = new CopyOnWriteArrayList<>();
  private StateMachine machine;
  private boolean broken;
  private volatile Database database;
  private volatile Sums sums;
  private volatile Applied applied;
  private volatile Applied durable;

  private GroupStore(
      StoreConfig config, RocksMemory memory, StoreDirectory directory, Database database) {
    this.config = config;
    this.memory = memory;
    this.directory = directory;
    this.database = database;
    entries = new EntryBytes(config.group());
    machine = machine(database);
    sums = machine.sums();
    applied = machine.applied();
    durable = applied;
  }

  /**
   * Opens the store in the directory, or makes it.
   *
   * @throws StoreException when the directory is not this store's, or is damaged
   */
  public static GroupStore open(StoreConfig config, RocksMemory memory) throws IOException {
    StoreDirectory directory = StoreDirectory.open(config);
    Database database = Database.open(directory.database(), memory);
    boolean opened = false;
    try {
      GroupStore store = new GroupStore(config, memory, directory, database);
      opened = true;
      return store;
    } finally {
      if (!opened) {
        database.discard();
      }
    }
  }

  private StateMachine machine(Database on) {
    return new StateMachine(on, config.group().equals(StorageMessage.META));
  }

  public void listen(StoreListener listener) {
    boolean unused = listeners.add(listener);
  }

  @Override
  public long appliedIndex() {
    return durable.index();
  }

  @Override
  public long appliedTerm() {
    return durable.term();
  }

  /** A restored store also when its keys are gone: what it grants has to lie above its floor. */
  @Override
  public boolean holdsData() {
    return sums.revision() > 0;
  }

  @Override
  public List<List<Result>> apply(List<Committed> committed) {
    if (broken) {
      throw new StoreException("the replica of " + config.group() + " has failed before");
    }
    broken = true;
    List<List<Result>> results = new ArrayList<>(committed.size());
    for (Committed entry : committed) {
      if (marks.before(entry.index())) {
        commit();
        marks.reached(applied.index(), entry.index(), database);
      }
      results.add(applyOne(entry));
      if (machine.stagedBytes() > BATCH_BYTES) {
        commit();
      }
    }
    commit();
    marks.at(applied.index(), database);
    broken = false;
    return results;
  }

  private List<Result> applyOne(Committed entry) {
    if (entry.index() <= machine.applied().index()) {
      return List.of();
    }
    return machine.apply(new Applied(entry.index(), entry.term()), entries.decode(entry));
  }

  private void commit() {
    if (machine.stagedBytes() == 0 && machine.applied().equals(applied)) {
      return;
    }
    Delta delta = machine.commit();
    sums = machine.sums();
    applied = machine.applied();
    tell(listener -> listener.applied(delta));
  }

  @Override
  public void save(Path target) throws IOException {
    directory.save(database, target);
    durable = applied;
  }

  @Override
  public void load(Path snapshot) throws IOException {
    broken = true;
    Path staged = directory.stage(snapshot);
    Database fresh = Database.open(staged, memory);
    Database old = database;
    StateMachine next;
    try {
      next = machine(fresh);
      directory.adopt(staged);
    } catch (IOException | RuntimeException e) {
      fresh.discard();
      throw e;
    }
    database = fresh;
    machine = next;
    sums = machine.sums();
    applied = machine.applied();
    durable = applied;
    broken = false;
    old.discard();
    directory.remove(old.directory());
    log.info(
        "store replaced by a snapshot group={} appliedIndex={}", config.group(), applied.index());
    tell(StoreListener::replaced);
  }

  @Override
  public void leading(long term) {
    tell(listener -> listener.leading(term));
  }

  @Override
  public void following(Optional<NodeId> leader, long term) {
    tell(listener -> listener.following(leader, term));
  }

  @Override
  public void failed(Throwable cause) {
    tell(listener -> listener.failed(cause));
  }

  private void tell(Consumer<StoreListener> what) {
    for (StoreListener listener : listeners) {
      try {
        what.accept(listener);
      } catch (RuntimeException e) {
        log.error("a listener failed group={}", config.group(), e);
      }
    }
  }

  /** Of the group, after what was applied last. */
  public long revision() {
    return sums.revision();
  }

  /** The last entry that reads see. */
  public Applied applied() {
    return applied;
  }

  public Sums sums() {
    return sums;
  }

  public long usedBytes() {
    return sums.usedBytes();
  }

  public long keyCount() {
    return sums.keyCount();
  }

  /** What the store takes on the disk, without what is not flushed yet. */
  public long diskBytes() {
    return onDatabase(Database::diskBytes);
  }

  /**
   * Gives some of the room of what was deleted back to the disk, if there is enough of it.
   * Snapshots hold what they have until the next one. Blocking, and not to be called twice at a
   * time.
   *
   * @param spareBytes what it may take of the disk meanwhile
   * @return whether something was done
   */
  public boolean compact(long spareBytes) {
    return onDatabase(on -> compaction.step(on, usedBytes(), spareBytes));
  }

  /** One key, at this or a later revision than {@link #revision} is when this is called. */
  public Found get(String key) {
    // The revision before the database: what is read is of then or later, and a change that comes
    // between is one that a watcher hears of again.
    long revision = sums.revision();
    return onDatabase(on -> Reads.found(on, revision, key));
  }

  /** See {@link Reads#listed}. */
  public Listed list(String prefix, String after, int limit, boolean values) {
    return read(view -> Reads.listed(view, prefix, after, limit, values));
  }

  /** See {@link Reads#changes}. */
  public Changes changes(String prefix, long afterRevision, int limit) {
    return read(view -> Reads.changes(view, prefix, afterRevision, limit));
  }

  public Optional<LeaseState> lease(String name) {
    return onDatabase(on -> Reads.lease(on, name));
  }

  public List<LeaseState> leases() {
    return read(Reads::leases);
  }

  /** The leases with what their end has to name. */
  public List<Grant> grants() {
    return read(Reads::grants);
  }

  /** See {@link Reads#expiringKeys}. */
  public List<ExpiringKey> expiringKeys(String after, int limit) {
    return read(view -> Reads.expiringKeys(view, after, limit));
  }

  /** See {@link Reads#attachedLeases}. */
  public List<AttachedLease> attachedLeases(String after, int limit) {
    return read(view -> Reads.attachedLeases(view, after, limit));
  }

  /** The highest token that a write has shown for a resource. */
  public Optional<Long> fence(String resource) {
    return read(view -> Reads.fence(view, resource));
  }

  /** Where revisions go on when it is not known which ones were given away; see {@link Leaps}. */
  public long leapTo(long wallMs) {
    return Leaps.above(
        read(view -> Leaps.known(Sums.read(view).revision(), Reads.highestToken(view))), wallMs);
  }

  /** The content as a number, and up to which entry. Reads all of it. */
  public StateHash hash() {
    return readAll(StateHash::of);
  }

  /**
   * The same as it is when this entry is the last one that is applied, or the last one before it.
   * Fails when a later one is applied already; when none comes, it waits until who asks completes
   * the promise otherwise.
   *
   * @param readers where everything is read
   */
  public void hashAt(long index, Promise<StateHash> done, Executor readers) {
    marks.set(index, done, readers);
  }

  StoreConfig config() {
    return config;
  }

  /**
   * Calls a reader with a view that does not change. Calls it again, with the new state, when a
   * snapshot replaces everything meanwhile: it must begin anew then.
   */
  <T> T read(Function<SortedView, T> reader) {
    return onDatabase(on -> on.read(reader));
  }

  /** The same for one who reads everything. */
  <T> T readAll(Function<SortedView, T> reader) {
    return onDatabase(on -> on.readAll(reader));
  }

  private <T> T onDatabase(Function<Database, T> use) {
    while (true) {
      Database on = database;
      try {
        return use.apply(on);
      } catch (StoreException e) {
        if (on == database) {
          throw e;
        }
      }
    }
  }

  /**
   * Flushes and closes. Waits for reads that are under way; long ones end early. What cannot be
   * flushed is handed over by the log again, as after a crash.
   */
  @Override
  public void close() {
    try {
      database.close();
    } catch (StoreException e) {
      log.warn("store closed without a flush group={}", config.group(), e);
    }
  }
}
