package io.hawser.storage.node;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Files that are there as a whole or not at all, also after a crash. Blocking. */
public final class SafeFile {
  /** What is renamed before it is deleted ends with it. */
  private static final String REMOVED = ".removed";

  private SafeFile() {}

  /** Replaces the file's content. */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileOutputStream out = new FileOutputStream(draft.toFile())) {
      out.write(bytes);
      out.getFD().sync();
    }
    Path unused =
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncParent(file);
  }

  private static void syncParent(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      sync(parent);
    }
  }

  /** Has the names in a directory on disk. */
  public static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Removes a directory with all that is in it. It is renamed first: what a crash leaves behind is
   * no half of a replica.
   */
  public static void removeTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Path trash = directory.resolveSibling(directory.getFileName() + REMOVED);
    delete(trash);
    Path unused = Files.move(directory, trash, StandardCopyOption.ATOMIC_MOVE);
    syncParent(directory);
    delete(trash);
  }

  /** Removes what a crash has left of {@link #removeTree}s in a directory. */
  public static void clear(Path directory) throws IOException {
    for (Path path : list(directory)) {
      if (path.getFileName().toString().endsWith(REMOVED)) {
        delete(path);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(tree)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  /** What is in a directory; nothing when there is none. */
  public static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.sorted().toList();
    }
  }

  /**
   * The bytes of all files below; of one that has several names, as those of a snapshot have, once.
   * Files may come and go meanwhile.
   */
  public static long size(Path directory) throws IOException {
    Size size = new Size();
    Path unused = Files.walkFileTree(directory, size);
    return size.bytes;
  }

  private static final class Size extends SimpleFileVisitor<Path> {
    private final Set<Object> counted = new HashSet<>();
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Object key = attributes.fileKey();
      if (attributes.isRegularFile() && (key == null || counted.add(key))) {
        bytes += attributes.size();
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }
}
