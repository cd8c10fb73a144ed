package io.hawser.bench;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.kv.Dialect;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which stores {@code bench storage} measures. Filled in by picocli. */
final class StorageOptions {
  private static final int MAX_CONNECTIONS = 4_096;

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

  static boolean fit(List<Integer> connections) {
    return !connections.isEmpty()
        && connections.stream().allMatch(n -> n >= 1 && n <= MAX_CONNECTIONS);
  }
}
