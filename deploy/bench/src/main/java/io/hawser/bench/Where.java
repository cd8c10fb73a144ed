package io.hawser.bench;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a bench puts its report and its processes. Filled in by picocli. */
final class Where {
  private static final String JOURNAL = "journal.json";

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
   * The directory for the report and for what the processes keep, absolute. What an earlier run
   * left there is deleted: nodes that found its data would be measured with it.
   *
   * @param name of the bench, for the default
   * @throws CliFailure when the directory was given, and holds what no earlier run has made
   */
  Path dir(String name) {
    Path chosen = report == null ? Path.of("data", "bench", name) : report;
    Path dir = chosen.toAbsolutePath().normalize();
    try {
      if (Files.isDirectory(dir)) {
        if (report != null && !empty(dir) && !Files.exists(dir.resolve(JOURNAL))) {
          throw new CliFailure(
              ExitCode.USAGE,
              dir + " is not empty, and is no report of an earlier run",
              "",
              "give --report a new directory");
        }
        delete(dir);
      }
      return dir;
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILURE, dir + " cannot be emptied: " + e.getMessage(), "", "give --report");
    }
  }

  private static boolean empty(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.findAny().isEmpty();
    }
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  int firstPort() {
    return firstPort;
  }
}
