package io.hawser.drill.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A small process beside the runner of a drill. When the runner is gone, however it ended, it takes
 * back everything in the ledger; when a fault's time is over, it heals the fault. It does not hear
 * the signals that end a terminal's programs, and ends with the runner.
 */
public final class Watchdog {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Path file;
  private final Set<Integer> undone = new HashSet<>();
  private @Nullable LedgerFile last;

  private Watchdog(Path file) {
    this.file = file;
  }

  /** Starts one. */
  static void start(Path ledger) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process unused =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "trap '' INT HUP TERM; exec \"$0\" \"$@\"",
                java,
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Watchdog.class.getName(),
                ledger.toString())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
  }

  /**
   * @param args the ledger
   */
  public static void main(String... args) throws IOException {
    new Watchdog(Path.of(args[0])).run();
  }

  private void run() throws IOException {
    while (look()) {
      LockSupport.parkNanos(LOOK_NS);
    }
    var unused = Files.deleteIfExists(file);
  }

  private boolean look() throws IOException {
    LedgerFile ledger = read();
    if (ledger.closed()) {
      return false;
    }
    if (!ledger.runnerLives()) {
      // What the runner wrote last counts: it may have written after the first reading.
      read().undoAll();
      return false;
    }
    long nowMs = System.currentTimeMillis();
    List<LedgerFile.Item> due = ledger.open().stream().filter(item -> item.due(nowMs)).toList();
    for (LedgerFile.Item item : due) {
      if (undone.add(item.id())) {
        item.undo().run();
      }
    }
    return true;
  }

  /** The ledger as it is; if somebody has deleted it, as it was when it was last read. */
  private LedgerFile read() throws IOException {
    try {
      LedgerFile now = LedgerFile.read(file);
      last = now;
      return now;
    } catch (NoSuchFileException e) {
      if (last == null) {
        throw e;
      }
      return last;
    }
  }
}
