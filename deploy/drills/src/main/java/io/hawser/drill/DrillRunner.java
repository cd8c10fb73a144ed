package io.hawser.drill;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Table;
import io.hawser.drill.net.Namespaces;
import io.hawser.drill.process.AtExit;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.report.Journal;
import io.hawser.drill.scenario.DrillRun;
import io.hawser.drill.scenario.DrillRun.Options;
import io.hawser.drill.scenario.Scenario;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of a drill from its ledger to its report. A drill that needs namespaces is run by a
 * second process inside of them, which this one waits for.
 */
final class DrillRunner {
  private final Cli cli;
  private final Scenario scenario;
  private final Options options;
  private final int namespaces;

  DrillRunner(Cli cli, Scenario scenario, Options options) {
    this.cli = cli;
    this.scenario = scenario;
    this.options = options;
    this.namespaces = scenario.namespaces(options);
  }

  /**
   * @param report the directory for everything; null: one of the run's own
   * @param inside the run whose namespaces this process is in; null: it is in none
   * @return the exit code
   */
  int run(@Nullable Path report, @Nullable String inside) {
    String runId = inside == null ? newId() : inside;
    Path dir =
        (report == null ? Path.of("data", "drills", scenario.name() + "-" + runId) : report)
            .toAbsolutePath()
            .normalize();
    for (String swept : Leftovers.sweep(Ledger.home())) {
      cli.terminal().note("took back what the run " + swept + " had left behind");
    }
    boolean outside = namespaces > 0 && inside == null;
    Optional<String> why = outside ? Namespaces.forbidden() : Optional.empty();
    if (why.isPresent()) {
      if (!scenario.withoutNamespaces()) {
        throw new CliFailure(
            ExitCode.REFUSED,
            "skipped, not permitted here: " + scenario.name(),
            why.get(),
            "run it as root on a machine that allows network namespaces");
      }
      cli.terminal().note("without network faults, not permitted here: " + why.get());
      outside = false;
    }
    Ledger ledger = Ledger.open(Ledger.home(), inside == null ? runId : runId + "-inside");
    AtExit exit = new AtExit(ledger);
    try {
      return outside
          ? new InsideRun(cli, scenario, options).run(ledger, runId, dir)
          : here(ledger, runId, dir, inside != null);
    } finally {
      exit.close();
    }
  }

  private int here(Ledger ledger, String runId, Path dir, boolean within) {
    Journal journal = new Journal(scenario.name(), scenario.summary(), runId, cli.terminal()::note);
    Optional<Namespaces> network =
        within ? Optional.of(new Namespaces(runId, namespaces)) : Optional.empty();
    try {
      scenario.run(new DrillRun(ledger, journal, dir, options, network));
    } catch (CliFailure e) {
      journal.expect("the drill can be run", false, e.render());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(ExitCode.INTERRUPTED, "interrupted", "", "");
    }
    journal.write(dir);
    show(journal, dir);
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  private void show(Journal journal, Path dir) {
    if (cli.json()) {
      JsonObject json = journal.json();
      json.remove("timeline");
      json.getJsonArray("loads").forEach(load -> ((JsonObject) load).remove("series"));
      cli.printJson(json.put("report", dir.toString()));
      return;
    }
    cli.terminal().line("");
    new Table()
        .column("MET", "met")
        .column("EXPECTED", "what")
        .column("SEEN", "seen")
        .rows(
            journal.expectations().stream()
                .map(e -> e.copy().put("met", e.getBoolean("met") ? "yes" : "NO"))
                .toList())
        .print(cli.terminal(), "");
    cli.terminal().line("");
    cli.terminal()
        .line(
            (journal.ok() ? "as expected" : "NOT as expected") + ": " + dir.resolve("report.html"));
  }

  private static String newId() {
    long mixed = System.nanoTime() ^ (ProcessHandle.current().pid() << 32);
    return HexFormat.of().toHexDigits((short) (mixed ^ (mixed >>> 16) ^ (mixed >>> 32)));
  }
}
