package io.hawser.storage.rocks;

import io.hawser.storage.core.Space;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The pairs of a store in one file: for each the number of its space (u8), its key and its value,
 * both with their length (i32) before them; {@value #END} at the end. Independent of RocksDB.
 */
final class BackupFile {
  private static final int END = 0xff;
  private static final int BUFFER = 1 << 16;

  /** The most that a key or value of a store can be. */
  private static final int LONGEST = 64 << 20;

  private BackupFile() {}

  /** Is shown each pair. */
  @FunctionalInterface
  interface PairSink {
    void accept(Space space, byte[] key, byte[] value) throws IOException;
  }

  /**
   * Writes pairs to a file, over what it held, that is on disk when it is ended. Not thread-safe.
   */
  static final class Writer implements AutoCloseable {
    private final Path file;
    private final MessageDigest digest = StateHash.sha256();
    private final DataOutputStream out;
    private long pairs;

    Writer(Path file) throws IOException {
      this.file = file;
      OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
      out = new DataOutputStream(new DigestOutputStream(raw, digest));
    }

    void add(Space space, byte[] key, byte[] value) throws IOException {
      out.writeByte(space.number());
      out.writeInt(key.length);
      out.write(key);
      out.writeInt(value.length);
      out.write(value);
      pairs++;
    }

    long pairs() {
      return pairs;
    }

    /** Ends the file; its SHA-256 in hex. */
    String end() throws IOException {
      out.writeByte(END);
      out.flush();
      Disk.sync(file);
      return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** The SHA-256 of a file in hex. */
  static String sha256(Path file) throws IOException {
    MessageDigest digest = StateHash.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[BUFFER];
      while (in.read(buffer) >= 0) {
        // The stream counts it.
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Shows all pairs of a file. */
  static void read(Path file, PairSink sink) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
      for (int space = in.readUnsignedByte(); space != END; space = in.readUnsignedByte()) {
        byte[] key = sized(in, file);
        sink.accept(Space.of(space), key, sized(in, file));
      }
    }
  }

  private static byte[] sized(DataInputStream in, Path file) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST) {
      throw new StoreException(file + " is damaged: a length is " + length);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
