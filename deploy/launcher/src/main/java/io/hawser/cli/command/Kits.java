package io.hawser.cli.command;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** The commands {@code drill} and {@code bench}, when their jars are there. */
final class Kits {
  private static final List<String> NAMES = List.of("drill", "bench");

  private Kits() {}

  static void addTo(CommandLine root, Cli cli) {
    Map<String, Kit> found =
        ServiceLoader.load(Kit.class).stream()
            .map(ServiceLoader.Provider::get)
            .collect(Collectors.toMap(Kit::name, Function.identity(), (first, second) -> first));
    for (String name : NAMES) {
      Kit kit = found.get(name);
      var unused = root.addSubcommand(name, kit == null ? new Absent(name) : kit.command(cli));
    }
  }

  /** Stands for a kit that is not on the class path. */
  @Command(description = "Drills and measurements; in the jars of kit/, which are not loaded here.")
  private static final class Absent implements Callable<Integer> {
    private final String name;

    @SuppressWarnings("UnusedVariable") // takes whatever the kit would take
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    private Absent(String name) {
      this.name = name;
    }

    @Override
    public Integer call() {
      throw new CliFailure(
          ExitCode.ENVIRONMENT,
          "'hawser " + name + "' is not on the class path",
          "its jar belongs in kit/, beside lib/",
          "run it through bin/hawser, and build everything before:  mvn -DskipTests package");
    }
  }
}
