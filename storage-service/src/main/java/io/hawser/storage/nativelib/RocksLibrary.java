package io.hawser.storage.nativelib;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library from a directory where it stays. Left alone, RocksDB unpacks its
 * 15 MB into the temporary directory at each start.
 */
public final class RocksLibrary {
  private RocksLibrary() {}

  /**
   * Loads the library; does nothing when it is loaded. Thread-safe; call it before any class of
   * RocksDB or JRaft is used.
   *
   * @param directory where it is, or is to be, unpacked, below a name with its version. Nobody but
   *     this user may be able to write there: what lies in it is run
   */
  public static synchronized void load(Path directory) {
    String name = Environment.getJniLibraryFileName("rocksdb");
    URL packed = RocksDB.class.getClassLoader().getResource(name);
    if (packed == null) {
      throw new IllegalStateException("RocksDB has no library for this platform: " + name);
    }
    try {
      Path place = Files.createDirectories(directory.toAbsolutePath().resolve(version(packed)));
      if (!Files.exists(place.resolve(name))) {
        unpack(packed, place, name);
      }
      RocksDB.loadLibrary(List.of(place.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack RocksDB's library in " + directory, e);
    }
  }

  /** The name of the jar without its ending: it says the version. */
  private static String version(URL packed) {
    String path = packed.getPath();
    int end = Math.max(0, path.indexOf(".jar!"));
    return path.substring(path.lastIndexOf('/', end) + 1, end);
  }

  private static void unpack(URL packed, Path place, String name) throws IOException {
    Path part = Files.createTempFile(place, name, ".part");
    try (InputStream in = packed.openStream()) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, place.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
