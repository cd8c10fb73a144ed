package io.hawser.cli.ops;

import io.hawser.cli.base.Cli;
import picocli.CommandLine;

/** The commands of whoever operates nodes. */
public final class OpsCommands {
  private OpsCommands() {}

  public static void addTo(CommandLine root, Cli cli) {
    var unused =
        root.addSubcommand(ConfigCommand.withSubcommands(cli))
            .addSubcommand(new DoctorCommand(cli));
  }
}
