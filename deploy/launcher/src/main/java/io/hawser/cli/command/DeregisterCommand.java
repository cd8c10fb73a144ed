package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes a registration back. */
@Command(name = "deregister", description = "Take the registration of an instance back.")
final class DeregisterCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
  private String service = "";

  @Parameters(index = "1", paramLabel = "ID", description = "The instance.")
  private String id = "";

  DeregisterCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String name = service + "/" + id;
    var unused =
        cli.api()
            .delete(Api.path("services", service, "instances", id))
            .orFail("deregister " + name);
    if (cli.json()) {
      cli.printJson(new JsonObject().put("deregistered", name));
    } else {
      cli.terminal().line("deregistered " + name);
    }
    return 0;
  }
}
