package io.hawser.bus.client;

import io.hawser.bus.WireException;
import io.hawser.bus.WireFormat;
import io.hawser.model.RosterMessage.Roster;
import io.vertx.core.buffer.Buffer;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The newest roster that a node has seen, on disk, so that it is known after a restart without a
 * quorum: a checksum, then the roster in the wire form. Replaced in one step. Blocking: for a
 * worker thread, one at a time.
 */
public final class RosterFile {
  private static final int SUM_BYTES = Long.BYTES;

  private final Path file;
  private final WireFormat format;

  public RosterFile(Path file, WireFormat format) {
    this.file = file;
    this.format = format;
  }

  public Path path() {
    return file;
  }

  /**
   * What was written last; empty when nothing was.
   *
   * @throws IOException when it cannot be read or is damaged
   */
  public Optional<Roster> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Buffer all = Buffer.buffer(Files.readAllBytes(file));
    Buffer body = all.getBuffer(Math.min(SUM_BYTES, all.length()), all.length());
    try {
      if (all.length() > SUM_BYTES
          && all.getLong(0) == sum(body)
          && format.decode(body) instanceof Roster roster) {
        return Optional.of(roster);
      }
    } catch (WireException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
    throw new IOException(file + " is damaged");
  }

  public void write(Roster roster) throws IOException {
    Buffer body = format.encode(roster);
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileOutputStream out = new FileOutputStream(draft.toFile())) {
      out.write(Buffer.buffer().appendLong(sum(body)).appendBuffer(body).getBytes());
      out.getFD().sync();
    }
    Path unused =
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static long sum(Buffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes.getBytes());
    return sum.getValue();
  }
}
