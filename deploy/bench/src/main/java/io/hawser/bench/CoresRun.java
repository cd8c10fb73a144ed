package io.hawser.bench;

import io.hawser.bench.cores.CatalogBench;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs JMH over the cores: one fork each, short. */
final class CoresRun {
  /** From here on a JVM complains of what JMH does, unless it is told that this is known. */
  private static final int QUIETING = 23;

  private static final int WARM_UP = 2;
  private static final String PACKAGE = CatalogBench.class.getPackageName().replace(".", "\\.");

  private final Cli cli;

  CoresRun(Cli cli) {
    this.cli = cli;
  }

  int run(String only, int iterations) {
    Options options =
        new OptionsBuilder()
            .include(PACKAGE + "\\..*" + only)
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(1)
            .jvmArgs(jvm())
            .warmupIterations(WARM_UP)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    try {
      cli.terminal().note("measuring, some seconds for each ...");
      show(new Runner(options).run());
      return ExitCode.OK.number();
    } catch (RunnerException e) {
      throw new CliFailure(ExitCode.FAILURE, "JMH failed", String.valueOf(e.getMessage()), "");
    }
  }

  private static String[] jvm() {
    List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    if (Runtime.version().feature() >= QUIETING) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    return options.toArray(String[]::new);
  }

  private void show(Collection<RunResult> results) {
    List<JsonObject> rows = results.stream().map(CoresRun::row).toList();
    if (cli.json()) {
      cli.printJson(new JsonArray(rows));
    } else {
      new Table()
          .column("CORE", "core")
          .column("NS/OP", "nsPerOp")
          .column("ERROR (99.9 %)", "error")
          .rows(rows)
          .print(cli.terminal(), "");
    }
  }

  private static JsonObject row(RunResult run) {
    Result<?> primary = run.getPrimaryResult();
    String name = run.getParams().getBenchmark();
    return new JsonObject()
        .put("core", name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1))
        .put("nsPerOp", tenths(primary.getScore()))
        .put("error", tenths(primary.getScoreError()));
  }

  private static Object tenths(double value) {
    return Double.isNaN(value) ? "" : (Object) (Math.round(value * 10) / 10.0);
  }
}
