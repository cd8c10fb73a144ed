package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.entity.LocalFileMetaOutter.FileSource;
import com.alipay.sofa.jraft.entity.LocalFileMetaOutter.LocalFileMeta;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The machine's files in a snapshot: forced to disk and listed with a checksum when it is saved,
 * and held against that list before it is loaded, here or where it was sent to. JRaft ships the
 * files and the list, but does not compare them.
 */
final class SnapshotFiles {
  private static final String DIRECTORY = "machine";
  private static final int CHUNK_BYTES = 256 * 1024;

  private SnapshotFiles() {}

  static Path directory(String snapshot) {
    return Path.of(snapshot, DIRECTORY);
  }

  /** Lists all files of the machine in the snapshot. Reads them: not on the apply thread. */
  static void list(SnapshotWriter writer) throws IOException {
    Path root = Path.of(writer.getPath());
    List<Path> all;
    try (Stream<Path> walk = Files.walk(directory(writer.getPath()))) {
      all = walk.toList();
    }
    for (Path path : all) {
      if (Files.isRegularFile(path)) {
        LocalFileMeta meta =
            LocalFileMeta.newBuilder()
                .setSource(FileSource.FILE_SOURCE_LOCAL)
                .setChecksum(checksum(path, true))
                .build();
        if (!writer.addFile(root.relativize(path).toString(), meta)) {
          throw new IOException("cannot list " + path);
        }
      } else {
        force(path);
      }
    }
    force(root);
  }

  /**
   * Compares the files with their list.
   *
   * @throws IOException naming the first file that is not what was saved
   */
  static void verify(SnapshotReader reader) throws IOException {
    for (String name : reader.listFiles()) {
      String expected = ((LocalFileMeta) reader.getFileMeta(name)).getChecksum();
      Path path = Path.of(reader.getPath(), name);
      if (!checksum(path, false).equals(expected)) {
        throw new IOException("the snapshot's file " + path + " is corrupt");
      }
    }
    Files.createDirectories(directory(reader.getPath()));
  }

  private static String checksum(Path path, boolean force) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      while (file.read(chunk) >= 0) {
        crc.update(chunk.flip());
        chunk.clear();
      }
      if (force) {
        file.force(true);
      }
    }
    return Long.toHexString(crc.getValue());
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
      handle.force(true);
    }
  }
}
