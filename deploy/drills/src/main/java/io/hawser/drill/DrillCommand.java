package io.hawser.drill;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.scenario.DrillRun.Options;
import io.hawser.drill.scenario.Scenario;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hawser drill}: breaks clusters of its own, and measures what follows. */
@Command(
    name = "drill",
    description = {
      "Break a cluster of its own on purpose, and measure what follows.",
      "It never touches nodes that it did not start."
    })
final class DrillCommand {
  private static final int MAX_ROUNDS = 1_000;
  private static final int MAX_RATE = 10_000;

  private final Cli cli;

  DrillCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(name = "list", description = "Show the drills that there are.")
  int list() {
    List<JsonObject> rows =
        Drills.all().stream()
            .map(s -> new JsonObject().put("drill", s.name()).put("does", s.summary()))
            .toList();
    if (cli.json()) {
      cli.printJson(new JsonArray(rows));
    } else {
      Drills.all()
          .forEach(
              drill -> cli.terminal().line("%-18s %s".formatted(drill.name(), drill.summary())));
    }
    return ExitCode.OK.number();
  }

  @Command(
      name = "run",
      description = {
        "Run a drill. Ends with 7 when an expectation is not met, with 5 when this machine does not"
            + " permit it.",
        "Example: hawser drill run kill-backend --rounds 20"
      })
  int run(
      @Parameters(index = "0", paramLabel = "NAME", description = "See 'hawser drill list'.")
          String name,
      @Option(
              names = "--rounds",
              paramLabel = "N",
              description = "How often; each drill has its default.")
          @Nullable Integer rounds,
      @Option(
              names = "--rate",
              paramLabel = "N",
              defaultValue = "100",
              description = "Requests per second (default ${DEFAULT-VALUE}).")
          int rate,
      @Option(
              names = "--report",
              paramLabel = "DIR",
              description =
                  "Where journal.json, report.html and all logs go (default data/drills/<run>).")
          @Nullable Path report,
      @Option(
              names = "--first-port",
              paramLabel = "P",
              defaultValue = "" + Ports.FIRST,
              description = "The first of some hundred ports to use (default ${DEFAULT-VALUE}).")
          int firstPort,
      @Mixin ChoiceOptions choice,
      @Option(names = "--inside", hidden = true) @Nullable String inside) {
    Scenario scenario =
        Drills.named(name)
            .orElseThrow(
                () ->
                    new CliFailure(
                        ExitCode.NOT_FOUND,
                        "there is no drill '" + name + "'",
                        "",
                        "see 'hawser drill list'"));
    int times = rounds == null ? scenario.rounds() : rounds;
    if (times < 1 || times > MAX_ROUNDS || rate < 1 || rate > MAX_RATE) {
      throw new CliFailure(
          ExitCode.USAGE,
          "--rounds is 1 to " + MAX_ROUNDS + " and --rate 1 to " + MAX_RATE,
          "got " + times + " and " + rate,
          "");
    }
    Options options =
        new Options(times, rate, firstPort, choice.faults(), choice.seconds(), choice.seed());
    return new DrillRunner(cli, scenario, options).run(report, inside);
  }
}
