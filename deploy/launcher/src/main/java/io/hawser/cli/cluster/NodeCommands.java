package io.hawser.cli.cluster;

import io.hawser.cli.base.Cli;
import java.util.Set;
import picocli.CommandLine;

/** The commands that start and stop nodes. */
public final class NodeCommands {
  /** What becomes a node in its own process. */
  public static final Set<String> STARTERS = Set.of("dev", "start");

  private NodeCommands() {}

  /** Adds one of {@link #STARTERS}. */
  public static void addStarter(CommandLine root, Cli cli, String name) {
    var unused = root.addSubcommand(name.equals("dev") ? new DevCommand(cli) : new StartCommand());
  }

  public static void addTo(CommandLine root, Cli cli) {
    var unused =
        root.addSubcommand(new DevCommand(cli))
            .addSubcommand(new StartCommand())
            .addSubcommand(new UpCommand(cli))
            .addSubcommand(new DownCommand(cli));
  }
}
