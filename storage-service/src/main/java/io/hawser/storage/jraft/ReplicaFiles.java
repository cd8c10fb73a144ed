package io.hawser.storage.jraft;

import io.hawser.storage.log.LogMachine;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a replica keeps what. */
record ReplicaFiles(Path directory) {
  private static final String SNAPSHOT = "snapshot_";

  Path log() {
    return directory.resolve("log");
  }

  Path snapshots() {
    return directory.resolve("snapshot");
  }

  Path meta() {
    return directory.resolve("meta").resolve("raft_meta");
  }

  private Path restored() {
    return directory.resolve("restored");
  }

  /**
   * Whether the machine was filled before its log began, and the log still begins there. Notes it,
   * since the machine will have applied entries when it is asked again.
   */
  boolean restored(LogMachine<?> machine) throws IOException {
    if (machine.holdsData() && machine.appliedIndex() == 0 && lastSnapshot() == 0) {
      Files.writeString(restored(), "the log begins after data that it does not hold");
      force(restored());
      force(directory);
    }
    return Files.exists(restored());
  }

  void forgetRestored() throws IOException {
    Files.deleteIfExists(restored());
  }

  private static void force(Path path) throws IOException {
    try (FileChannel handle = FileChannel.open(path, StandardOpenOption.READ)) {
      handle.force(true);
    }
  }

  /** What is missing of a replica that has voted or written before. */
  Optional<String> missing() {
    boolean log = Files.exists(log().resolve("CURRENT"));
    if (!log && Files.exists(meta())) {
      return Optional.of(
          "the log in "
              + log()
              + " is missing, but this replica has voted before: it may have"
              + " acknowledged entries that it no longer has");
    }
    return Optional.empty();
  }

  /** The last entry that the newest snapshot includes; 0 when there is none. */
  long lastSnapshot() throws IOException {
    if (!Files.isDirectory(snapshots())) {
      return 0;
    }
    try (Stream<Path> all = Files.list(snapshots())) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches(SNAPSHOT + "\\d+"))
          .mapToLong(name -> Long.parseLong(name.substring(SNAPSHOT.length())))
          .max()
          .orElse(0);
    }
  }

  /** Bytes of the log's files now; they come and go while it is counted. */
  long logBytes() {
    try (Stream<Path> all = Files.list(log())) {
      return all.map(Path::toFile).mapToLong(File::length).sum();
    } catch (IOException e) {
      return 0;
    }
  }
}
