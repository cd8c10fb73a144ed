package io.hawser.cli.storage;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.launcher.StorageRestore;
import io.hawser.node.NodeSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the data directory of a new cluster's first node of a backup. Needs no running node. */
@Command(
    name = "restore",
    description = "Make the data directory of a new cluster's first node of a backup of the store.",
    footer = {
      "",
      "Start that node alone, then the others with empty data directories: they join it.",
      "The cluster that the backup was taken of must not run any more, or not meet this one."
    })
final class RestoreCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(paramLabel = "BACKUP", description = "The directory that 'hawser backup' named.")
  private Path backup = Path.of("");

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "The node's data directory; nothing is stored there yet.")
  private Path dir = Path.of("");

  @Option(
      names = "--node-id",
      paramLabel = "ID",
      defaultValue = "node-0",
      description = "The node's id (default ${DEFAULT-VALUE}).")
  private String nodeId = NodeSettings.NODE_ID.defaultValue();

  RestoreCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    List<String> groups = restored();
    if (cli.json()) {
      cli.printJson(
          new JsonObject()
              .put("dir", dir.toAbsolutePath().toString())
              .put("node", nodeId)
              .put("groups", new JsonArray(groups)));
      return 0;
    }
    cli.terminal().line("restored " + String.join(", ", groups) + " into " + dir);
    cli.terminal().note("next: start " + nodeId + " with it, then the others, which join");
    return 0;
  }

  private List<String> restored() {
    try {
      return StorageRestore.into(
          backup.toAbsolutePath().normalize(), dir.toAbsolutePath().normalize(), nodeId);
    } catch (IOException | RuntimeException e) {
      throw new CliFailure(
          ExitCode.FAILURE,
          "the backup in " + backup + " was not restored",
          e.getMessage() == null ? e.toString() : e.getMessage(),
          "");
    }
  }
}
