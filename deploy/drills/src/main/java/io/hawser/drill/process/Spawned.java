package io.hawser.drill.process;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.node.ProcessIdentity;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of a drill, with a directory and a log of its own. It is in the ledger for as long as
 * it may live. Thread-safe.
 */
public final class Spawned {
  private static final Duration KILL_WAIT = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final ProcessIdentity identity;
  private final Ledger.Entry entry;
  private final Path log;

  private Spawned(
      String name, Process process, ProcessIdentity identity, Ledger.Entry entry, Path log) {
    this.name = name;
    this.process = process;
    this.identity = identity;
    this.entry = entry;
    this.log = log;
  }

  /**
   * What to start.
   *
   * @param log where its output goes, appended
   * @param node whether it is a node with its files in {@code dir}: its children are ended with it
   */
  public record Command(
      String name,
      Path dir,
      Path log,
      List<String> line,
      Map<String, String> environment,
      boolean node) {
    public Command {
      line = List.copyOf(line);
      environment = Map.copyOf(environment);
    }
  }

  /** Starts it. It does not hear the Ctrl-C of the terminal: the drill ends it. */
  public static Spawned start(Ledger ledger, Command command) {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\"");
    builder.command().addAll(command.line());
    builder.environment().putAll(command.environment());
    builder.redirectInput(new File("/dev/null")).redirectErrorStream(true);
    try {
      Files.createDirectories(command.dir());
      builder.redirectOutput(Redirect.appendTo(command.log().toFile()));
      Process process = builder.start();
      ProcessIdentity identity =
          ProcessIdentity.of(process.pid()).orElse(new ProcessIdentity(process.pid(), "ended"));
      String nodeDir = command.node() ? command.dir().toString() : "";
      Ledger.Entry entry = ledger.add(new Undo.End(identity, nodeDir));
      return new Spawned(command.name(), process, identity, entry, command.log());
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILURE, "cannot start " + command.name(), String.valueOf(e.getMessage()), "");
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public ProcessIdentity identity() {
    return identity;
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** As {@code kill -9}; returns when it is dead. What a node had started lives on. */
  public void kill() {
    Process unused = process.destroyForcibly();
    var unusedToo = awaitEnd(KILL_WAIT);
  }

  /**
   * As {@code kill}: asks it to end, and waits.
   *
   * @return its exit code; -1 when it did not end in time
   */
  public int terminate(Duration limit) {
    process.destroy();
    return awaitEnd(limit) ? process.exitValue() : -1;
  }

  /** Asks it to end, and does not wait. */
  public void ask() {
    process.destroy();
  }

  /** Ends it, and what it has started, whatever state it is in. */
  public void end() {
    entry.undo();
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The last lines of its log. */
  public String tail(int lines) {
    try {
      List<String> all = Files.readAllLines(log);
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
