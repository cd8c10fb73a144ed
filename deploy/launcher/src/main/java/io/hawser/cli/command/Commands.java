package io.hawser.cli.command;

import io.hawser.cli.base.Cli;
import picocli.CommandLine;

/** The commands that talk to a running node, and those of the kits. */
public final class Commands {
  private Commands() {}

  /** The version that was built; "unpackaged" when the classes run without their jar. */
  public static String version() {
    String packaged = Commands.class.getPackage().getImplementationVersion();
    return packaged == null ? "unpackaged" : packaged;
  }

  public static void addTo(CommandLine root, Cli cli) {
    var unused =
        root.addSubcommand(new StatusCommand(cli))
            .addSubcommand(new ServicesCommand(cli))
            .addSubcommand(new InstancesCommand(cli))
            .addSubcommand(new RegisterCommand(cli))
            .addSubcommand(new DeregisterCommand(cli))
            .addSubcommand(new BackupsCommand(cli))
            .addSubcommand(new RoutesCommand(cli))
            .addSubcommand(new FailoverCommand(cli))
            .addSubcommand(new RegistryCommand(cli))
            .addSubcommand(new VersionCommand(cli))
            .addSubcommand(new CompletionCommand(cli));
    Kits.addTo(root, cli);
  }
}
