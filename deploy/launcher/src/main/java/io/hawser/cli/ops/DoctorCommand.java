package io.hawser.cli.ops;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Table;
import io.hawser.launcher.Checkup;
import io.hawser.launcher.Checkup.Finding;
import io.hawser.launcher.Checkup.Mark;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what on this machine would keep a node from starting, or from running well. */
@Command(
    name = "doctor",
    description = "Look at this machine and the settings as a node would that is to start here.",
    footer = {"", "Starts and changes nothing. Ends with 7 when a node would not start."})
final class DoctorCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private final NodeOptions options = new NodeOptions();

  DoctorCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(Checkup.machine());
    try {
      var configuration = options.read(cli);
      findings.add(new Finding("settings", Mark.OK, "each is known and legal", ""));
      findings.addAll(Checkup.node(configuration));
    } catch (CliFailure e) {
      findings.add(new Finding("settings", Mark.BAD, e.getMessage() + ": " + e.why(), e.mend()));
    }
    List<JsonObject> rows = findings.stream().map(DoctorCommand::row).toList();
    if (cli.json()) {
      cli.printJson(new JsonObject().put("findings", new JsonArray(rows)));
    } else {
      new Table()
          .whole()
          .column("LOOKED AT", "what")
          .column("IS", "mark")
          .column("SEEN", "seen")
          .column("MEND", "mend")
          .rows(rows)
          .print(cli.terminal(), "nothing to look at");
    }
    boolean bad = findings.stream().anyMatch(finding -> finding.mark() == Mark.BAD);
    return bad ? ExitCode.CHECK_FAILED.number() : 0;
  }

  private static JsonObject row(Finding finding) {
    return new JsonObject()
        .put("what", finding.what())
        .put("mark", finding.mark().name().toLowerCase(Locale.ROOT))
        .put("seen", finding.seen())
        .put("mend", finding.mend());
  }
}
