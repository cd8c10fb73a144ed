package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the nodes and the services of a cluster. */
@Command(
    name = "status",
    description = "Show the nodes of the cluster and the services they look after.")
final class StatusCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = "--check",
      description = "End with 7 when the cluster is not ready to serve (/health/cluster).")
  private boolean check;

  StatusCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Reply cluster = cli.api().get(Api.path("cluster")).orFail("read the state of the cluster");
    Reply services = cli.api().get(Api.path("services")).orFail("list the services");
    boolean ready = !check || cli.api().get("/health/cluster").ok();
    if (cli.json()) {
      JsonObject all =
          new JsonObject().put("cluster", cluster.json()).put("services", services.json());
      cli.printJson(check ? all.put("ready", ready) : all);
    } else {
      new Table()
          .column("NODE", "id", "node", "name")
          .painted("STATE", cli.terminal()::state, "state", "status", "health")
          .column("ZONE", "zone")
          .column("PID", "pid")
          .column("API", "apiUrl", "api", "url")
          .column("VERSION", "version")
          .column("ROLES", "roles")
          .column("WAITS FOR", "waitsFor")
          .rows(nodes(cluster))
          .print(cli.terminal(), "no nodes");
      cli.terminal().line("");
      ServicesCommand.table(cli, services);
      if (!ready) {
        cli.terminal()
            .note(
                "hawser: the cluster is not ready; see " + cli.api().server() + "/health/cluster");
      }
    }
    return (ready ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  /** The nodes, each with what its roles wait for. */
  private static List<JsonObject> nodes(Reply cluster) {
    List<JsonObject> nodes = Fields.items(cluster.json(), "nodes");
    for (JsonObject node : nodes) {
      if (node.getValue("readiness") instanceof JsonObject roles) {
        JsonArray waiting = new JsonArray();
        roles.stream()
            .filter(role -> !"ready".equals(role.getValue()))
            .forEach(role -> waiting.add(role.getKey() + ": " + role.getValue()));
        node.put("waitsFor", waiting);
      }
    }
    return nodes;
  }
}
