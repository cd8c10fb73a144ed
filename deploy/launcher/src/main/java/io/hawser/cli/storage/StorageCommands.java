package io.hawser.cli.storage;

import io.hawser.cli.base.Cli;
import picocli.CommandLine;

/** The commands about the store. */
public final class StorageCommands {
  private StorageCommands() {}

  public static void addTo(CommandLine root, Cli cli) {
    var unused =
        root.addSubcommand(new KvCommand(cli))
            .addSubcommand(new LeaseCommand(cli))
            .addSubcommand(new StorageCommand(cli))
            .addSubcommand(new BackupCommand(cli))
            .addSubcommand(new RestoreCommand(cli));
  }
}
