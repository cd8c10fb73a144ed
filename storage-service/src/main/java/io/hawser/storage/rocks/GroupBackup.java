package io.hawser.storage.rocks;

import io.hawser.model.Blob;
import io.hawser.storage.core.Applied;
import io.hawser.storage.core.Layout;
import io.hawser.storage.core.Reads;
import io.hawser.storage.core.Rebase;
import io.hawser.storage.core.SortedView;
import io.hawser.storage.core.Space;
import io.hawser.storage.core.Sums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes what a group holds at one entry of its log into a directory, and makes a new cluster's
 * store of it. A backup of a group is two files, {@code <group>.<checksum>.pairs} and {@code
 * <group>.json}, which names the first by its checksum; it is whole when the second is there. A
 * backup over an earlier one replaces the second in one step, and removes the earlier pairs only
 * then: when it fails, the earlier one is still whole.
 */
public final class GroupBackup {
  private static final String PAIRS = ".pairs";
  static final String UNFINISHED = ".pairs.new";
  private static final String RESTORING = ".restoring";

  /** How many letters of the checksum are in the name of a file. */
  private static final int CHECKSUM = 16;

  /** What a record takes besides a key and its value, about. */
  private static final long RECORD_BYTES = 128;

  /** How many pairs are written at once. */
  private static final int BATCH = 2_000;

  private GroupBackup() {}

  /**
   * Writes a backup of the group as it is now; changes go on meanwhile and are not in it.
   *
   * @param directory may hold backups of other groups
   */
  public static BackupManifest write(GroupStore store, Path directory) throws IOException {
    Path made = Files.createDirectories(directory);
    String group = store.config().group();
    Path fresh = made.resolve(group + UNFINISHED);
    BackupManifest manifest = draft(store, fresh);
    Path pairs = pairs(made, manifest);
    Disk.rename(fresh, pairs);
    manifest.write(made);
    for (Path file : Disk.list(made)) {
      String name = file.getFileName().toString();
      if (name.startsWith(group + ".") && name.endsWith(PAIRS) && !file.equals(pairs)) {
        Disk.deleteAll(file);
      }
    }
    return manifest;
  }

  /** About how much a backup of the group takes; its history, which is bounded, may add to it. */
  public static long bytes(GroupStore store) {
    Sums sums = store.sums();
    long records = sums.keyCount() + sums.historyCount() + sums.clients();
    return Math.max(store.diskBytes(), sums.usedBytes() + RECORD_BYTES * records);
  }

  /** Writes the pairs. When it fails nothing of them is left: the disk may be full. */
  private static BackupManifest draft(GroupStore store, Path fresh) throws IOException {
    boolean whole = false;
    try {
      BackupManifest manifest = store.readAll(view -> writePairs(view, fresh, store.config()));
      manifest.checkPairs(fresh);
      whole = true;
      return manifest;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      if (!whole) {
        boolean unused = Files.deleteIfExists(fresh);
      }
    }
  }

  private static Path pairs(Path directory, BackupManifest manifest) {
    String checksum = manifest.sha256().substring(0, CHECKSUM);
    return directory.resolve(manifest.group() + "." + checksum + PAIRS);
  }

  /** May be called more than once: then what was written before is of a state that is gone. */
  private static BackupManifest writePairs(SortedView view, Path file, StoreConfig config) {
    try (BackupFile.Writer writer = new BackupFile.Writer(file)) {
      for (Space space : Space.values()) {
        view.scan(space, new byte[0], (key, value) -> add(writer, space, key, value));
      }
      Sums sums = Sums.read(view);
      return new BackupManifest(
          Layout.FORMAT,
          config.cluster(),
          config.group(),
          Applied.read(view).index(),
          sums.revision(),
          Reads.highestToken(view),
          sums.keyCount(),
          sums.usedBytes(),
          writer.pairs(),
          writer.end());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean add(BackupFile.Writer writer, Space space, byte[] key, byte[] value) {
    try {
      writer.add(space, key, value);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a store of a backup, in a directory that is not there yet. Its log is a new one: nothing
   * of it is applied. Revisions go on above the floor, so that nothing that was ever granted, also
   * after the backup was taken, is granted again; whoever watches has to list anew.
   *
   * @param directory of the backup
   * @param floor see {@link BackupManifest#floor}: the highest over all groups
   * @throws StoreException when the backup is damaged, or the store's directory is not empty
   */
  public static BackupManifest restore(
      Path directory, StoreConfig target, long floor, RocksMemory memory) throws IOException {
    BackupManifest manifest = BackupManifest.read(directory, target.group());
    Path file = pairs(directory, manifest);
    manifest.check(file, floor);
    if (Files.exists(target.directory()) && !Disk.list(target.directory()).isEmpty()) {
      throw new StoreException(
          target.directory()
              + " is not empty: a backup is restored into a new store. Name another directory, or"
              + " move this one away");
    }
    Path fresh = target.directory().resolveSibling(target.directory().getFileName() + RESTORING);
    Disk.deleteAll(fresh);
    fill(file, new StoreConfig(fresh, target.cluster(), target.group()), floor, memory);
    boolean unused = Files.deleteIfExists(target.directory());
    Disk.rename(fresh, target.directory());
    return manifest;
  }

  private static void fill(Path file, StoreConfig config, long floor, RocksMemory memory)
      throws IOException {
    StoreDirectory directory = StoreDirectory.open(config);
    try (Database database = Database.open(directory.database(), memory)) {
      Rebase rebase = new Rebase(database, floor, BATCH);
      BackupFile.read(file, rebase::add);
      rebase.end();
      database.flush();
    }
  }

  /** The manifest of a group's backup, when there is a whole one. */
  public static Optional<BackupManifest> find(Path directory, String group) throws IOException {
    return Files.exists(BackupManifest.file(directory, group))
        ? Optional.of(BackupManifest.read(directory, group))
        : Optional.empty();
  }

  /**
   * A key's value in the backup of a group.
   *
   * @throws IOException when there is no whole backup of the group
   */
  public static Optional<Blob> value(Path directory, String group, String key) throws IOException {
    Path file = pairs(directory, BackupManifest.read(directory, group));
    byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
    List<Blob> found = new ArrayList<>();
    BackupFile.read(
        file,
        (space, name, record) -> {
          if (space == Space.DATA && Arrays.equals(name, wanted)) {
            found.add(Reads.value(record));
          }
        });
    return found.stream().findFirst();
  }
}
