package io.hawser.bench;

import io.hawser.drill.cluster.Ports;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a bench puts its report and its processes. Filled in by picocli. */
final class Where {
  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where journal.json, report.html and data go (default data/bench/<name>).")
  private @Nullable Path report;

  @Option(
      names = "--first-port",
      paramLabel = "P",
      defaultValue = "" + Ports.FIRST,
      description = "The first of some ports to use (default ${DEFAULT-VALUE}).")
  private int firstPort;

  /**
   * The directory for the report, absolute.
   *
   * @param name of the bench, for the default
   */
  Path dir(String name) {
    Path chosen = report == null ? Path.of("data", "bench", name) : report;
    return chosen.toAbsolutePath().normalize();
  }

  int firstPort() {
    return firstPort;
  }
}
