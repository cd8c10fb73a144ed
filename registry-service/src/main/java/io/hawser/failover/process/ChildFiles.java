package io.hawser.failover.process;

import io.hawser.model.InstanceKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of a node's children on its disk: {@code <service>~<id>.json}, beside {@code .log}.
 * Blocks; thread-safe.
 */
final class ChildFiles {
  private static final Logger log = LoggerFactory.getLogger(ChildFiles.class);

  /** What common file systems allow for a name, less the ending. */
  private static final int MAX_STEM = 240;

  private final Path dir;

  ChildFiles(Path dataDir) {
    this.dir = dataDir.resolve("processes");
  }

  static boolean nameFits(InstanceKey instance) {
    return stem(instance).length() <= MAX_STEM;
  }

  /** A {@code ~} stands in no name, so two instances never share a file. */
  private static String stem(InstanceKey instance) {
    return instance.service() + "~" + instance.id();
  }

  Path logFile(InstanceKey instance) {
    return dir.resolve(stem(instance) + ".log");
  }

  /** Puts the record in place as a whole: a reader finds the old one or the new one. */
  void save(Child child) throws IOException {
    Files.createDirectories(dir);
    Path file = dir.resolve(stem(child.instance()) + ".json");
    Path fresh = dir.resolve(stem(child.instance()) + ".new");
    Files.writeString(fresh, child.json());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete(InstanceKey instance) throws IOException {
    Files.deleteIfExists(dir.resolve(stem(instance) + ".json"));
  }

  /** Every record that can be read. */
  List<Child> load() throws IOException {
    List<Child> children = new ArrayList<>();
    if (!Files.isDirectory(dir)) {
      return children;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, "*.json")) {
      for (Path file : files) {
        try {
          children.add(Child.parse(Files.readString(file)));
        } catch (IllegalArgumentException e) {
          log.warn("process record left alone file={} why={}", file, e.getMessage());
        }
      }
    }
    return children;
  }
}
