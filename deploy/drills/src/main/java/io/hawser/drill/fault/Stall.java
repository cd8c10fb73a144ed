package io.hawser.drill.fault;

import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Shell;
import io.hawser.drill.process.Undo;
import io.hawser.node.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SIGSTOP to one process: its connections stay open and nothing answers. SIGCONT heals it, by the
 * watchdog when nobody else does.
 */
public final class Stall implements Fault {
  private final String what;
  private final ProcessIdentity who;
  private final Ledger ledger;
  private final Duration timeToLive;
  private Ledger.@Nullable Entry entry;

  /**
   * @param timeToLive after which the watchdog lets it go on
   */
  public Stall(String what, ProcessIdentity who, Ledger ledger, Duration timeToLive) {
    this.what = what;
    this.who = who;
    this.ledger = ledger;
    this.timeToLive = timeToLive;
  }

  @Override
  public String name() {
    return "SIGSTOP of " + what;
  }

  @Override
  public void inject() {
    entry = ledger.add(new Undo.Resume(who), timeToLive);
    if (who.alive()) {
      var unused = Shell.run("kill", "-STOP", Long.toString(who.pid()));
    }
  }

  @Override
  public boolean effective() {
    return state().equals(Optional.of("T"));
  }

  @Override
  public void heal() {
    Ledger.Entry noted = entry;
    if (noted != null) {
      noted.undo();
    }
  }

  @Override
  public boolean healed() {
    return !effective();
  }

  /** The state letter of the process: of the kernel's table, else of ps. */
  private Optional<String> state() {
    if (!who.alive()) {
      return Optional.empty();
    }
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(who.pid()), "stat"));
      int end = line.lastIndexOf(')');
      return Optional.of(line.substring(end + 2, end + 3));
    } catch (IOException e) {
      Shell.Result ps = Shell.run("ps", "-o", "state=", "-p", Long.toString(who.pid()));
      return ps.ok() && !ps.output().isEmpty()
          ? Optional.of(ps.output().substring(0, 1))
          : Optional.empty();
    }
  }
}
