package io.hawser.bench;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.kv.Dialect;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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

  @Option(
      names = "--only",
      paramLabel = "STORE",
      defaultValue = "",
      description = "One of them alone: hawser or etcd.")
  private String only = "";

  /** Which stores are measured. */
  List<Dialect> stores() {
    List<Dialect> stores =
        Stream.of(Dialect.values())
            .filter(store -> only.isEmpty() || store.name().equalsIgnoreCase(only))
            .toList();
    if (stores.isEmpty()) {
      throw new CliFailure(ExitCode.USAGE, "--only is hawser or etcd", "got " + only, "");
    }
    return stores;
  }

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
