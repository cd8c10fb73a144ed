package io.hawser.cli.command;

import io.hawser.cli.base.Cli;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says which Hawser and which JVM this is. */
@Command(name = "version", description = "Show the version of Hawser and of the JVM it runs on.")
final class VersionCommand implements Callable<Integer> {
  private final Cli cli;

  VersionCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String hawser = Commands.version();
    String java = Runtime.version().toString();
    if (cli.json()) {
      cli.printJson(
          new JsonObject()
              .put("hawser", hawser)
              .put("java", java)
              .put("javaHome", System.getProperty("java.home")));
    } else {
      cli.terminal()
          .line(
              "hawser " + hawser + " (Java " + java + ", " + System.getProperty("java.home") + ")");
    }
    return 0;
  }
}
