package io.hawser.storage.rocks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files and directories that are on the disk when a method returns. */
final class Disk {
  private Disk() {}

  static void sync(Path fileOrDirectory) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrDirectory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Writes a small file anew: after a crash it is the old one or the new one. */
  static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Path unused = Files.writeString(fresh, text);
    sync(fresh);
    rename(fresh, file);
  }

  /** Renames within a file system, over what may be there. */
  static void rename(Path from, Path to) throws IOException {
    Path unused = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(requireNonNull(to.toAbsolutePath().getParent()));
  }

  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  static void deleteAll(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        boolean unused = Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException e) {
      // It is gone already.
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A second name for a file that nobody writes to any more, or a copy where there is no such. */
  static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Path unused = Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException e) {
      copy(from, to);
    }
  }

  static void copy(Path from, Path to) throws IOException {
    Path unused = Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    sync(to);
  }
}
