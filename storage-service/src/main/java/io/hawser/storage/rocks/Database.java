package io.hawser.storage.rocks;

import static java.util.Objects.requireNonNull;

import io.hawser.model.Blob;
import io.hawser.storage.core.SortedStore;
import io.hawser.storage.core.SortedView;
import io.hawser.storage.core.Space;
import io.hawser.storage.core.Staged;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open RocksDB. Written by the group's apply thread, read from any. The views that {@link
 * #read} shows belong to the thread that it runs on, and end with it. Using memory that RocksDB has
 * given back kills the process, so that every use is counted: {@link #close} turns new ones away,
 * ends scans and waits for the rest.
 *
 * <p>A little longer than other files: that is easier to see to in one place.
 */
final class Database implements SortedStore, AutoCloseable {
  private final Path directory;
  private final RocksConfig config;
  private final RocksDB rocks;
  private final Map<Space, ColumnFamilyHandle> families = new EnumMap<>(Space.class);
  private final ReadOptions reading = new ReadOptions();
  private final WriteOptions writing = new WriteOptions().setDisableWAL(true);
  private final Uses uses = new Uses();

  private Database(
      Path directory, RocksConfig config, RocksDB rocks, List<ColumnFamilyHandle> families) {
    this.directory = directory;
    this.config = config;
    this.rocks = rocks;
    for (Space space : Space.values()) {
      this.families.put(space, families.get(this.families.size()));
    }
  }

  /** Opens what is in the directory, or makes it. */
  static Database open(Path directory, RocksMemory memory) {
    RocksConfig config = new RocksConfig(memory);
    List<ColumnFamilyHandle> families = new ArrayList<>();
    try {
      RocksDB rocks =
          RocksDB.open(config.options(), directory.toString(), config.families(), families);
      return new Database(directory, config, rocks, families);
    } catch (RocksDBException e) {
      config.close();
      throw new StoreException(
          "the store in "
              + directory
              + " cannot be opened (in use by another process, or damaged; a damaged replica is"
              + " mended by removing it and adding the node anew)",
          e);
    }
  }

  Path directory() {
    return directory;
  }

  @Override
  public byte @Nullable [] get(Space space, byte[] key) {
    uses.enter();
    try {
      return rocks.get(family(space), reading, key);
    } catch (RocksDBException e) {
      throw new StoreException("cannot read from " + directory, e);
    } finally {
      uses.leave();
    }
  }

  @Override
  public void scan(Space space, byte[] from, Visitor visitor) {
    uses.enter();
    try {
      scan(space, from, visitor, reading);
    } finally {
      uses.leave();
    }
  }

  /** Calls a reader with a view that does not change. */
  <T> T read(Function<SortedView, T> reader) {
    return read(reader, true);
  }

  /** The same for one who reads everything: it leaves the cache to the others. */
  <T> T readAll(Function<SortedView, T> reader) {
    return read(reader, false);
  }

  private <T> T read(Function<SortedView, T> reader, boolean cached) {
    uses.enter();
    try (Snapshot snapshot = rocks.getSnapshot();
        ReadOptions options = new ReadOptions().setSnapshot(snapshot).setFillCache(cached)) {
      try {
        return reader.apply(new Frozen(options));
      } finally {
        rocks.releaseSnapshot(snapshot);
      }
    } finally {
      uses.leave();
    }
  }

  /** What is there now, kept as it is until it is closed, for any thread. */
  Pinned pin() {
    uses.enter();
    return new Pinned(rocks.getSnapshot());
  }

  @Override
  public void write(Staged staged) {
    uses.enter();
    try (WriteBatch batch = new WriteBatch()) {
      staged.forEach((space, key, value) -> add(batch, space, key, value));
      rocks.write(writing, batch);
    } catch (RocksDBException e) {
      throw new StoreException("cannot write to " + directory, e);
    } finally {
      uses.leave();
    }
  }

  private void add(WriteBatch batch, Space space, byte[] key, byte @Nullable [] value) {
    try {
      if (value == null) {
        batch.delete(family(space), key);
      } else {
        batch.put(family(space), key, value);
      }
    } catch (RocksDBException e) {
      throw new StoreException("cannot write to " + directory, e);
    }
  }

  /** Puts all that was written on disk. */
  void flush() {
    uses.enter();
    try {
      flushAll();
    } finally {
      uses.leave();
    }
  }

  private void flushAll() {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      rocks.flush(options, List.copyOf(families.values()));
    } catch (RocksDBException e) {
      throw new StoreException("cannot flush " + directory, e);
    }
  }

  /**
   * Rewrites files that have holes, see {@link Holes}.
   *
   * @return what was rewritten; empty when nothing has holes, or there is no room to do it
   */
  Optional<Holes.Part> compact(Space space, Optional<Blob> from, long spareBytes) {
    uses.enter();
    try (CompactRangeOptions options =
        new CompactRangeOptions().setExclusiveManualCompaction(false)) {
      Optional<Holes.Part> part = Holes.next(files(space), from, spareBytes);
      if (part.isPresent()) {
        rocks.compactRange(
            family(space), bytes(part.get().from()), bytes(part.get().to()), options);
      }
      return part;
    } catch (RocksDBException e) {
      throw new StoreException("cannot compact " + directory, e);
    } finally {
      uses.leave();
    }
  }

  private static byte @Nullable [] bytes(Optional<Blob> key) {
    return key.map(Blob::unsafeBytes).orElse(null);
  }

  private List<Holes.Piece> files(Space space) throws RocksDBException {
    byte[] name = family(space).getName();
    return rocks.getLiveFilesMetaData().stream()
        .filter(f -> Arrays.equals(f.columnFamilyName(), name))
        .map(
            f ->
                new Holes.Piece(
                    f.level(), f.size(), Blob.wrap(f.smallestKey()), Blob.wrap(f.largestKey())))
        .toList();
  }

  /** Flushes, then makes a copy out of hard links. The directory must not be there yet. */
  void checkpoint(Path target) {
    uses.enter();
    try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
      checkpoint.createCheckpoint(target.toString());
    } catch (RocksDBException e) {
      throw new StoreException("cannot take a snapshot of " + directory, e);
    } finally {
      uses.leave();
    }
  }

  /** What its files take on the disk. */
  long diskBytes() {
    uses.enter();
    try {
      return rocks.getAggregatedLongProperty("rocksdb.total-sst-files-size");
    } catch (RocksDBException e) {
      throw new StoreException("cannot tell the size of " + directory, e);
    } finally {
      uses.leave();
    }
  }

  /**
   * Turns new uses away, waits for those under way, and flushes.
   *
   * @throws StoreException when it could not flush; it is closed then too
   */
  @Override
  public void close() {
    if (uses.end()) {
      try {
        flushAll();
      } finally {
        free();
      }
    }
  }

  /** The same for one whose content is of no more use. */
  void discard() {
    if (uses.end()) {
      free();
    }
  }

  private void free() {
    families.values().forEach(ColumnFamilyHandle::close);
    rocks.close();
    reading.close();
    writing.close();
    config.close();
  }

  private ColumnFamilyHandle family(Space space) {
    return requireNonNull(families.get(space));
  }

  private void scan(Space space, byte[] from, Visitor visitor, ReadOptions options) {
    try (RocksIterator iterator = rocks.newIterator(family(space), options)) {
      iterator.seek(from);
      while (iterator.isValid() && visitor.visit(iterator.key(), iterator.value())) {
        uses.check();
        iterator.next();
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw new StoreException("cannot read from " + directory, e);
    }
  }

  /** See {@link #pin}. To be closed once. */
  final class Pinned implements AutoCloseable {
    private final Snapshot snapshot;

    private Pinned(Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    /** Calls one who reads everything: it leaves the cache to the others. */
    <T> T read(Function<SortedView, T> reader) {
      try (ReadOptions options = new ReadOptions().setSnapshot(snapshot).setFillCache(false)) {
        return reader.apply(new Frozen(options));
      }
    }

    @Override
    public void close() {
      rocks.releaseSnapshot(snapshot);
      snapshot.close();
      uses.leave();
    }
  }

  /** A snapshot, within {@link #read}, on its thread: the use that it counts as lasts as long. */
  private final class Frozen implements SortedView {
    private final ReadOptions options;

    Frozen(ReadOptions options) {
      this.options = options;
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
      try {
        return rocks.get(family(space), options, key);
      } catch (RocksDBException e) {
        throw new StoreException("cannot read from " + directory, e);
      }
    }

    @Override
    public void scan(Space space, byte[] from, Visitor visitor) {
      Database.this.scan(space, from, visitor, options);
    }
  }
}
