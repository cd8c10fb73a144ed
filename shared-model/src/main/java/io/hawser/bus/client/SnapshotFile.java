package io.hawser.bus.client;

import io.hawser.bus.WireException;
import io.hawser.bus.WireFormat;
import io.hawser.catalog.Room;
import io.hawser.model.Entry;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.Delta;
import io.hawser.node.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of one node's catalog on disk: a head, the entries as deltas in the wire form, and a
 * checksum over both. Written beside the old one, which it then replaces in one step. Blocking: for
 * a worker thread, one at a time.
 */
public final class SnapshotFile {
  private static final Logger log = LoggerFactory.getLogger(SnapshotFile.class);
  private static final int MAGIC = 0x48435350;
  private static final int VERSION = 2;

  /** The first version does not say when it was written: the file system has to. */
  private static final int UNDATED = 1;

  /**
   * What a node held.
   *
   * @param atMs when, in milliseconds since 1970
   */
  public record Saved(List<Entry> entries, long atMs) {
    static final Saved NOTHING = new Saved(List.of(), Long.MAX_VALUE);

    public Saved {
      entries = List.copyOf(entries);
    }
  }

  /** A part that claims to be longer is no part. */
  private static final int MAX_PART_BYTES = 64 * 1024 * 1024;

  private final Path file;
  private final NodeId self;
  private final WireFormat format = new WireFormat(List.of());

  public SnapshotFile(Path file, NodeId self) {
    this.file = file;
    this.self = self;
  }

  /**
   * Keeps entries here: every few seconds when they have changed, and once more when the node
   * stops.
   *
   * @param saveMs how long a change waits for others
   * @param changes how many there have been; any thread
   * @param entries those to keep; any thread
   */
  public Future<Void> keep(
      Vertx vertx, long saveMs, Time time, LongSupplier changes, Supplier<List<Entry>> entries) {
    return vertx
        .deployVerticle(new SnapshotVerticle(this, saveMs, time, changes, entries))
        .mapEmpty();
  }

  Path path() {
    return file;
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** Writes all of these, which are what there is now, in place of what was there. */
  void write(List<Entry> entries, long wallMs) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileOutputStream out = new FileOutputStream(draft.toFile())) {
      CheckedOutputStream checked =
          new CheckedOutputStream(new BufferedOutputStream(out, 1 << 16), new CRC32C());
      DataOutputStream data = new DataOutputStream(checked);
      List<List<Entry>> parts = Room.messages(entries);
      data.writeInt(MAGIC);
      data.writeInt(VERSION);
      data.writeLong(wallMs);
      data.writeInt(parts.size());
      for (List<Entry> part : parts) {
        byte[] bytes = format.encode(new Delta(self, part)).getBytes();
        data.writeInt(bytes.length);
        data.write(bytes);
      }
      data.writeLong(checked.getChecksum().getValue());
      data.flush();
      out.getFD().sync();
    }
    Path unused =
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * @throws IOException when it is no whole snapshot of a version that is known here
   */
  Saved read() throws IOException {
    CheckedInputStream checked =
        new CheckedInputStream(
            new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32C());
    try (DataInputStream data = new DataInputStream(checked)) {
      require(data.readInt() == MAGIC, "it is no snapshot");
      int version = data.readInt();
      require(
          version == VERSION || version == UNDATED,
          "it has version " + version + ", not " + VERSION);
      long atMs = version == UNDATED ? Files.getLastModifiedTime(file).toMillis() : data.readLong();
      int parts = data.readInt();
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        entries.addAll(part(data));
      }
      long sum = checked.getChecksum().getValue();
      require(data.readLong() == sum, "its checksum does not match");
      return new Saved(entries, atMs);
    } catch (WireException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private List<Entry> part(DataInputStream data) throws IOException {
    int length = data.readInt();
    require(length > 0 && length <= MAX_PART_BYTES, "a part has " + length + " bytes");
    byte[] bytes = data.readNBytes(length);
    require(bytes.length == length, "it ends within a part");
    if (format.decode(Buffer.buffer(bytes)) instanceof Delta delta) {
      return delta.entries();
    }
    throw new IOException("a part is no list of entries");
  }

  private static void require(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(otherwise);
    }
  }

  /**
   * What the last life of the node has left; empty when there is nothing, or nothing that can be
   * read: that is put out of the way.
   */
  public Optional<Saved> restore() throws IOException {
    if (!exists()) {
      return Optional.empty();
    }
    try {
      Saved saved = read();
      log.info(
          "snapshot restored file={} entries={} saved={}",
          file,
          saved.entries().size(),
          Instant.ofEpochMilli(saved.atMs()));
      return Optional.of(saved);
    } catch (IOException e) {
      log.error(
          "snapshot refused, starting without it file={} cause=\"{}\" movedTo={}",
          file,
          e.toString(),
          setAside());
      return Optional.empty();
    }
  }

  /** Puts one that cannot be read out of the way, for people to look at. Returns where it is. */
  Path setAside() throws IOException {
    return Files.move(
        file,
        file.resolveSibling(file.getFileName() + ".refused"),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
