package io.hawser.drill;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.net.Namespaces;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Undo;
import io.hawser.drill.scenario.DrillRun.Options;
import io.hawser.drill.scenario.Scenario;
import io.hawser.node.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the namespaces of a run, starts the run in their hub, and takes them away again. Only this
 * process can: what is started in a namespace sees the machine's mounts as they were.
 */
final class InsideRun {
  private static final List<String> HANDED_ON =
      List.of("hawser.home", "hawser.script", "hawser.tty");

  private final Cli cli;
  private final Scenario scenario;
  private final Options options;

  InsideRun(Cli cli, Scenario scenario, Options options) {
    this.cli = cli;
    this.scenario = scenario;
    this.options = options;
  }

  int run(Ledger ledger, String runId, Path dir) {
    Namespaces network = new Namespaces(runId, scenario.namespaces(options));
    network.make(ledger);
    cli.terminal().note("made the namespace " + network.hub() + " and one for each node");
    try {
      Process process =
          new ProcessBuilder(Namespaces.within(network.hub(), command(runId, dir)))
              .inheritIO()
              .start();
      ProcessIdentity.of(process.pid())
          .ifPresent(
              who -> {
                Ledger.Entry unused = ledger.add(new Undo.End(who, ""));
              });
      return process.waitFor();
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.REFUSED, "cannot run in a namespace", String.valueOf(e.getMessage()), "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(ExitCode.INTERRUPTED, "interrupted", "", "");
    }
  }

  private List<String> command(String runId, Path dir) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    for (String name : HANDED_ON) {
      String value = System.getProperty(name);
      if (value != null) {
        line.add("-D" + name + "=" + value);
      }
    }
    line.addAll(List.of("io.hawser.cli.HawserCli", "drill", "run", scenario.name()));
    line.addAll(List.of("--inside", runId, "--report", dir.toString()));
    line.addAll(List.of("--rounds", Integer.toString(options.rounds())));
    line.addAll(List.of("--rate", Integer.toString(options.perSecond())));
    line.addAll(List.of("--first-port", Integer.toString(options.firstPort())));
    line.addAll(List.of("--seconds", Integer.toString(options.seconds())));
    line.addAll(List.of("--seed", Long.toString(options.seed())));
    if (!options.faults().isEmpty()) {
      line.addAll(List.of("--faults", String.join(",", options.faults())));
    }
    if (cli.json()) {
      line.add("--json");
    }
    return line;
  }
}
