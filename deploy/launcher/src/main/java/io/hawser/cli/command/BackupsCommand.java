package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The backup pool of a service. */
@Command(name = "backups", description = "List, add and remove the backups of a service.")
final class BackupsCommand {
  private final Cli cli;

  BackupsCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(name = "list", description = "List the backups of a service, first to be taken first.")
  int list(@Parameters(paramLabel = "SERVICE", description = "The service.") String service) {
    Reply reply =
        cli.api()
            .get(Api.path("services", service, "backups"))
            .orFail("list the backups of " + service);
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    new Table()
        .column("ID", "id", "instance", "name")
        .column("MODE", "mode")
        .column("PRIORITY", "priority")
        .column("HOST", "host")
        .column("PORT", "port")
        .column("ZONE", "zone")
        .column("DRIVER", "driver.name")
        .column("ARGS", "driver.args")
        .painted("STATE", cli.terminal()::state, "state", "health")
        .rows(Fields.items(reply.json(), "backups", "items"))
        .print(cli.terminal(), "no backups; 'hawser backups add --help' shows how to add one");
    return 0;
  }

  @Command(
      name = "add",
      description = "Put an instance into the backup pool of a service.",
      footer = {
        "",
        "Example: a process that the node starts from its template 'shop' when it is needed",
        "  hawser backups add shop shop-b1 --port 9104 --mode cold --driver process --arg"
            + " template=shop"
      })
  int add(
      @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.") String service,
      @Parameters(index = "1", paramLabel = "ID", description = "The backup's instance id.")
          String id,
      @Option(
              names = "--host",
              paramLabel = "HOST",
              defaultValue = "127.0.0.1",
              description = "Default ${DEFAULT-VALUE}.")
          String host,
      @Option(
              names = "--port",
              paramLabel = "PORT",
              required = true,
              description = "Where it listens once it runs.")
          int port,
      @Option(
              names = "--mode",
              paramLabel = "cold|warm|hot",
              defaultValue = "warm",
              description =
                  "cold: a driver starts it; warm, hot: it runs already (default"
                      + " ${DEFAULT-VALUE}).")
          String mode,
      @Option(names = "--priority", paramLabel = "N", description = "Lower is taken first.")
          @Nullable Integer priority,
      @Option(names = "--zone", paramLabel = "ZONE", description = "Where it stands.")
          @Nullable String zone,
      @Option(names = "--driver", paramLabel = "process|webhook", description = "What starts it.")
          @Nullable String driver,
      @Option(
              names = "--arg",
              paramLabel = "KEY=VALUE",
              description = "For the driver; may be repeated.")
          java.util.@Nullable Map<String, String> args) {
    JsonObject body = new JsonObject().put("host", host).put("port", port).put("mode", mode);
    if (priority != null) {
      body.put("priority", priority);
    }
    if (zone != null) {
      body.put("zone", zone);
    }
    if (driver != null) {
      JsonObject values = new JsonObject();
      if (args != null) {
        args.forEach(values::put);
      }
      body.put("driver", new JsonObject().put("name", driver).put("args", values));
    } else if (mode.equals("cold")) {
      throw Usage.wrong("a cold backup needs a --driver to start it");
    }
    Reply reply =
        cli.api()
            .put(Api.path("services", service, "backups", id), body)
            .orFail("add the backup " + service + "/" + id);
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      cli.terminal().line("added " + id + " to the backups of " + service);
    }
    return 0;
  }

  @Command(name = "remove", description = "Take an instance out of the backup pool.")
  int remove(
      @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.") String service,
      @Parameters(index = "1", paramLabel = "ID", description = "The backup.") String id) {
    var unused =
        cli.api()
            .delete(Api.path("services", service, "backups", id))
            .orFail("remove the backup " + service + "/" + id);
    if (cli.json()) {
      cli.printJson(new JsonObject().put("removed", service + "/" + id));
    } else {
      cli.terminal().line("removed " + id + " from the backups of " + service);
    }
    return 0;
  }
}
