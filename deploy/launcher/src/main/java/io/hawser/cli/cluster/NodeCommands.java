package io.hawser.cli.cluster;

import io.hawser.cli.base.Cli;
import picocli.CommandLine;

/** The commands that start and stop nodes. */
public final class NodeCommands {
  private NodeCommands() {}

  public static void addTo(CommandLine root, Cli cli) {
    var unused =
        root.addSubcommand(new DevCommand(cli))
            .addSubcommand(new StartCommand())
            .addSubcommand(new UpCommand(cli))
            .addSubcommand(new DownCommand(cli));
  }
}
