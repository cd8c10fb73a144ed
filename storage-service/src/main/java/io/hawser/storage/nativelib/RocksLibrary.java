package io.hawser.storage.nativelib;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library from a directory where it stays. Left alone, RocksDB unpacks its
 * 14 MB into the temporary directory at each start, from its static initialiser, and leaves them
 * there when the process is killed. So the library has to be in the process before the class {@code
 * RocksDB} is, and RocksDB's loader has to be told: it offers no other way than a variable of the
 * environment.
 */
public final class RocksLibrary {
  /** Of RocksDB's loader: whether it has put the library into this process. */
  private static final String LOADED = "initialized";

  private static final String OTHER_VERSION =
      "this version of RocksDB loads its library in another way than is known here";

  private RocksLibrary() {}

  /**
   * Loads the library; does nothing when it is loaded. Thread-safe; call it before any class of
   * RocksDB or JRaft is used.
   *
   * @param directory where it is, or is to be, unpacked, below a name with its version. Nobody but
   *     this user may be able to write there: what lies in it is run
   */
  public static synchronized void load(Path directory) {
    if (isLoaded()) {
      return;
    }
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
      System.load(place.resolve(name).toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack RocksDB's library in " + directory, e);
    }
    try {
      loaded().setBoolean(null, true);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(OTHER_VERSION, e);
    }
    RocksDB.loadLibrary();
  }

  /** Whether the library is in this process. */
  public static synchronized boolean isLoaded() {
    try {
      return loaded().getBoolean(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(OTHER_VERSION, e);
    }
  }

  private static Field loaded() {
    try {
      Field field = NativeLibraryLoader.class.getDeclaredField(LOADED);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(OTHER_VERSION, e);
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
