package io.hawser.storage.jraft;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
