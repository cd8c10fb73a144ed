package io.hawser.storage.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directory of a store: a {@link Marker} and databases {@code db-<n>}, of which one counts. The
 * others are what a crash left behind, and are removed when it is opened. Not thread-safe.
 */
final class StoreDirectory {
  private static final String DATABASE = "db-";
  private static final String CHECKPOINT = "checkpoint";
  private static final String TABLE = ".sst";

  private final StoreConfig config;
  private final Path directory;
  private String current;

  private StoreDirectory(StoreConfig config, String current) {
    this.config = config;
    this.directory = config.directory();
    this.current = current;
  }

  /**
   * @throws StoreException when the directory is not this store's
   */
  static StoreDirectory open(StoreConfig config) throws IOException {
    Path directory = Files.createDirectories(config.directory());
    Optional<Marker> marker = Marker.read(directory);
    if (marker.isPresent()) {
      marker.get().check(config, directory);
      StoreDirectory opened = new StoreDirectory(config, marker.get().current());
      opened.checkDatabase();
      opened.removeLeftovers();
      return opened;
    }
    StoreDirectory made = new StoreDirectory(config, DATABASE + 1);
    for (Path path : Disk.list(directory)) {
      made.checkUnfinished(path);
    }
    Path unused = Files.createDirectories(made.database());
    Disk.sync(directory);
    made.mark();
    return made;
  }

  /** Passes only what a crash while the store was made can have left. */
  private void checkUnfinished(Path path) throws IOException {
    boolean marker = path.getFileName().toString().equals(Marker.FILE + ".new");
    boolean empty = path.equals(database()) && Disk.list(path).isEmpty();
    if (!marker && !empty) {
      throw new StoreException(
          "%s is not empty and has no %s: it is no store, or has lost whose it is."
                  .formatted(directory, Marker.FILE)
              + " Name an empty directory, or move this one away");
    }
  }

  private void checkDatabase() {
    if (!Files.isDirectory(database())) {
      throw new StoreException(
          "%s says that the store is in %s, which is gone: somebody removed it."
                  .formatted(directory.resolve(Marker.FILE), current)
              + " Put it back, or move the directory away and add the node anew");
    }
  }

  private void removeLeftovers() throws IOException {
    for (Path path : Disk.list(directory)) {
      String name = path.getFileName().toString();
      boolean ours = name.startsWith(DATABASE) || name.equals(CHECKPOINT);
      if (ours && !name.equals(current)) {
        Disk.deleteAll(path);
      }
    }
  }

  private void mark() throws IOException {
    Marker.of(config, current).write(directory);
  }

  Path database() {
    return directory.resolve(current);
  }

  /** Writes a snapshot of the database into a directory, as files without directories. */
  void save(Database database, Path target) throws IOException {
    Path checkpoint = directory.resolve(CHECKPOINT);
    Disk.deleteAll(checkpoint);
    database.checkpoint(checkpoint);
    for (Path file : Disk.list(checkpoint)) {
      move(file, target.resolve(file.getFileName()));
    }
    Disk.deleteAll(checkpoint);
    Marker.of(config, current).write(target);
    Disk.sync(target);
  }

  private static void move(Path from, Path to) throws IOException {
    if (Files.getFileStore(from).equals(Files.getFileStore(to.getParent()))) {
      Path unused = Files.move(from, to);
    } else {
      Disk.copy(from, to);
    }
  }

  /**
   * Copies a snapshot beside the database that counts.
   *
   * @return where it is now
   * @throws StoreException when it is of another cluster, group or format
   */
  Path stage(Path snapshot) throws IOException {
    Marker marker =
        Marker.read(snapshot)
            .orElseThrow(
                () ->
                    new StoreException(
                        snapshot + " is no snapshot of a store: it has no " + Marker.FILE));
    marker.check(config, snapshot);
    Path next = directory.resolve(next());
    Disk.deleteAll(next);
    Path unused = Files.createDirectory(next);
    for (Path file : Disk.list(snapshot)) {
      String name = file.getFileName().toString();
      if (name.endsWith(TABLE)) {
        Disk.linkOrCopy(file, next.resolve(name));
        Disk.sync(next.resolve(name));
      } else if (Files.isRegularFile(file) && !name.equals(Marker.FILE)) {
        Disk.copy(file, next.resolve(name));
      }
    }
    Disk.sync(next);
    Disk.sync(directory);
    return next;
  }

  /** Makes a staged database the one that counts. */
  void adopt(Path staged) throws IOException {
    current = staged.getFileName().toString();
    mark();
  }

  void remove(Path database) throws IOException {
    Disk.deleteAll(database);
  }

  private String next() {
    return DATABASE + (Long.parseLong(current.substring(DATABASE.length())) + 1);
  }
}
