package io.hawser.drill.process;

import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A ledger as it was read.
 *
 * @param runner the process that writes it
 * @param open what is not taken back, the oldest first
 * @param closed whether the runner has said that it is done
 */
record LedgerFile(Optional<ProcessIdentity> runner, List<Item> open, boolean closed) {
  /** The most that is read, in bytes: a run notes some dozens of lines. */
  private static final long MAX_FILE = 4 << 20;

  /**
   * @param untilMs when it is to be taken back at the latest, in milliseconds since 1970; 0: at the
   *     end
   */
  record Item(int id, long untilMs, Undo undo) {
    boolean due(long wallMs) {
      return untilMs > 0 && wallMs >= untilMs;
    }
  }

  LedgerFile {
    open = List.copyOf(open);
  }

  boolean runnerLives() {
    return runner.map(ProcessIdentity::alive).orElse(false);
  }

  /** Takes everything back that is open, the newest first. */
  void undoAll() {
    open.reversed().forEach(item -> item.undo().run());
  }

  /** Reads a ledger; a last line that is not complete yet is left out. */
  static LedgerFile read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE) {
      throw new IOException(file + " is too long for a ledger");
    }
    Optional<ProcessIdentity> runner = Optional.empty();
    Map<Integer, Item> open = new LinkedHashMap<>();
    boolean closed = false;
    for (JsonObject line : lines(Files.readString(file))) {
      if (line.containsKey("runner")) {
        runner = Optional.of(new ProcessIdentity(line.getLong("runner"), line.getString("start")));
      } else if (line.containsKey("undo")) {
        int id = line.getInteger("id");
        open.put(id, new Item(id, line.getLong("untilMs"), Undo.of(line.getJsonObject("undo"))));
      } else if (line.containsKey("done")) {
        open.remove(line.getInteger("id"));
      } else {
        closed |= line.containsKey("closed");
      }
    }
    return new LedgerFile(runner, new ArrayList<>(open.values()), closed);
  }

  private static List<JsonObject> lines(String text) throws IOException {
    List<JsonObject> lines = new ArrayList<>();
    int end = text.lastIndexOf('\n');
    for (String line : text.substring(0, end + 1).split("\n", -1)) {
      try {
        if (!line.isBlank()) {
          lines.add(new JsonObject(line));
        }
      } catch (DecodeException e) {
        throw new IOException("not a ledger: " + line, e);
      }
    }
    return lines;
  }
}
