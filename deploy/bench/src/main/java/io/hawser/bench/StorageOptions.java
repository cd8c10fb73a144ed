package io.hawser.bench;

import io.hawser.drill.cluster.Ports;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where {@code bench storage} puts its report and its processes. Filled in by picocli. */
final class StorageOptions {
  private static final int MAX_CONNECTIONS = 4_096;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Where the report goes and the stores keep their data (default data/bench/storage).")
  private @Nullable Path report;

  @Option(
      names = "--first-port",
      paramLabel = "P",
      defaultValue = "" + Ports.FIRST,
      description = "The first of some ports to use (default ${DEFAULT-VALUE}).")
  private int firstPort;

  Path dir() {
    Path chosen = report == null ? Path.of("data", "bench", "storage") : report;
    return chosen.toAbsolutePath().normalize();
  }

  int firstPort() {
    return firstPort;
  }

  static boolean fit(List<Integer> connections) {
    return !connections.isEmpty()
        && connections.stream().allMatch(n -> n >= 1 && n <= MAX_CONNECTIONS);
  }
}
