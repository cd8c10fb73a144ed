package io.hawser.bench;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.process.AtExit;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A measurement of one node that is started for it, and ended with it, and its report. */
abstract class OneNodeRun {
  /** A hundred thousand instances, or ten thousand connections, take more than drills give. */
  private static final String JVM = "-Xmx1g";

  private final Cli cli;
  private final String name;
  private final Path dir;
  private final int firstPort;
  final Journal journal;

  OneNodeRun(Cli cli, String name, String what, Path dir, int firstPort) {
    this.cli = cli;
    this.name = name;
    this.dir = dir;
    this.firstPort = firstPort;
    this.journal =
        new Journal(
            name, what, Long.toHexString(ProcessHandle.current().pid()), cli.terminal()::note);
  }

  abstract void measure(DrillCluster cluster) throws IOException, InterruptedException;

  final int run() throws InterruptedException {
    var swept = Leftovers.sweep(Ledger.home());
    swept.forEach(id -> cli.terminal().note("took back what the run " + id + " had left behind"));
    Ledger ledger = Ledger.open(Ledger.home(), name + "-" + ProcessHandle.current().pid());
    ClusterPlan nodes = ClusterPlan.local(dir, 1, firstPort, Map.of()).withJvm(JVM);
    AtExit exit = new AtExit(ledger);
    try (DrillCluster cluster = new DrillCluster(nodes, ledger)) {
      cluster.startAll();
      journal.note("the node is ready");
      measure(cluster);
    } catch (IOException e) {
      journal.expect("it can be measured", false, e.toString());
    } finally {
      exit.close();
    }
    journal.write(dir);
    show();
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  private void show() {
    JsonObject json = journal.json();
    if (cli.json()) {
      json.remove("timeline");
      json.getJsonArray("loads").forEach(load -> ((JsonObject) load).remove("series"));
      cli.printJson(json);
      return;
    }
    json.getJsonObject("figures")
        .forEach(
            field -> cli.terminal().line("%-30s %s".formatted(field.getKey(), field.getValue())));
    cli.terminal().line("report: " + dir.resolve("report.html"));
  }
}
