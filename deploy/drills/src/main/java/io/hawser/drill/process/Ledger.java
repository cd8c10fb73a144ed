package io.hawser.drill.process;

import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run has done to the machine and not taken back, in a file that outlives the
 * run. An entry is written before the thing is done where that is possible. The file is only ever
 * appended to, by the runner alone; {@link Watchdog} and {@link Leftovers} read it.
 *
 * <p>Thread-safe. {@link #close} takes everything back, the last first.
 */
public final class Ledger implements AutoCloseable {
  static final String SUFFIX = ".ledger";

  private final Path file;
  private final Deque<Entry> open = new ArrayDeque<>();
  private int next;
  private boolean closed;

  private Ledger(Path file) {
    this.file = file;
  }

  /** Where the ledgers of this user are: nobody else may write there. */
  public static Path home() {
    return Path.of(System.getProperty("user.home", "."), ".hawser", "drills");
  }

  /** Starts a ledger, and the watchdog that acts on it should this process end. */
  public static Ledger open(Path directory, String runId) {
    try {
      makePrivate(directory);
      Ledger ledger = new Ledger(directory.resolve(runId + SUFFIX));
      ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
      ledger.append(new JsonObject().put("runner", self.pid()).put("start", self.start()));
      Watchdog.start(ledger.file);
      return ledger;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + directory, e);
    }
  }

  private static void makePrivate(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      var unused =
          Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** One thing to be taken back. */
  public final class Entry {
    private final int id;
    private final Undo undo;

    private Entry(int id, Undo undo) {
      this.id = id;
      this.undo = undo;
    }

    /** Takes it back. Only the first call does anything. */
    public void undo() {
      if (strike(this)) {
        undo.run();
        note(new JsonObject().put("id", id).put("done", true));
      }
    }

    /** Strikes it out: it is known to be gone. */
    public void gone() {
      if (strike(this)) {
        note(new JsonObject().put("id", id).put("done", true));
      }
    }
  }

  /** Notes a thing that is to be taken back at the end. */
  public Entry add(Undo undo) {
    return add(undo, 0);
  }

  /** Notes a thing that is to be taken back after a time at the latest, whoever lives then. */
  public Entry add(Undo undo, Duration timeToLive) {
    return add(undo, System.currentTimeMillis() + timeToLive.toMillis());
  }

  private synchronized Entry add(Undo undo, long untilMs) {
    if (closed) {
      throw new IllegalStateException("the drill has ended");
    }
    Entry entry = new Entry(++next, undo);
    append(new JsonObject().put("id", entry.id).put("untilMs", untilMs).put("undo", undo.json()));
    open.push(entry);
    return entry;
  }

  private synchronized boolean strike(Entry entry) {
    return open.remove(entry);
  }

  private synchronized void note(JsonObject line) {
    append(line);
  }

  private void append(JsonObject line) {
    try {
      var unused =
          Files.writeString(
              file, line.encode() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private synchronized @Nullable Entry last() {
    return open.peek();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    for (Entry entry = last(); entry != null; entry = last()) {
      entry.undo();
    }
    note(new JsonObject().put("closed", true));
  }
}
