package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the instances of a service, or shows one with its evidence. */
@Command(
    name = "instances",
    description =
        "List the instances of one service or of all, or show one with the evidence about it.")
final class InstancesCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "Default: every service.")
  private @Nullable String service;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "Show just this instance.")
  private @Nullable String id;

  @Option(
      names = "--health",
      paramLabel = "any|passing",
      defaultValue = "any",
      description = "Which to list (default ${DEFAULT-VALUE}).")
  private String health = "any";

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      defaultValue = "",
      description = "Only those with the tag.")
  private String tag = "";

  @Option(
      names = "--explain",
      description =
          "Say for each why it is what it is: the evidence, by observer, and what is next.")
  private boolean explain;

  InstancesCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    String wanted = service;
    if (wanted != null && id != null) {
      if (explain) {
        new Explained(cli).show(List.of(health(wanted, id)));
      } else {
        show(wanted, id);
      }
      return 0;
    }
    List<JsonObject> found = new ArrayList<>();
    for (String name : wanted == null ? services() : List.of(wanted)) {
      found.addAll(instances(name));
    }
    if (explain) {
      new Explained(cli)
          .show(
              found.stream()
                  .map(i -> health(Fields.text(i, "service"), Fields.text(i, "id", "instance")))
                  .toList());
    } else if (cli.json()) {
      cli.printJson(new JsonArray(found));
    } else {
      table(cli, found);
    }
    return 0;
  }

  private JsonObject health(String name, String instance) {
    return cli.api()
        .get(Api.path("services", name, "instances", instance, "health"))
        .orFail("explain " + name + "/" + instance)
        .object();
  }

  private List<String> services() {
    Reply reply = cli.api().get(Api.path("services")).orFail("list the services");
    return Fields.items(reply.json(), "services", "items").stream()
        .map(s -> Fields.text(s, "service", "name", "id"))
        .toList();
  }

  private List<JsonObject> instances(String name) {
    String query = Api.query(Map.of("health", health, "tag", tag));
    Reply reply =
        cli.api()
            .get(Api.path("services", name, "instances") + query)
            .orFail("list the instances of " + name);
    List<JsonObject> found = Fields.items(reply.json(), "instances", "items");
    found.forEach(
        i ->
            i.put(
                "service", Fields.text(i, "service").isEmpty() ? name : Fields.text(i, "service")));
    return found;
  }

  static void table(Cli cli, List<JsonObject> instances) {
    new Table()
        .column("SERVICE", "service")
        .column("ID", "id", "instance")
        .painted("HEALTH", cli.terminal()::state, "state", "health")
        .column("ROLE", "role", "effectiveRole")
        .column("HOST", "host")
        .column("PORT", "port")
        .column("WEIGHT", "weight")
        .column("ZONE", "zone")
        .column("PID", "meta.pid")
        .column("TAGS", "tags")
        .column("REASON", "verdict.reason", "reason", "health.reason")
        .rows(instances)
        .print(cli.terminal(), "no instances");
  }

  private void show(String name, String instance) {
    String path = Api.path("services", name, "instances", instance);
    Reply reply = cli.api().get(path).orFail("show " + name + "/" + instance);
    Reply verdict = cli.api().get(path + "/health");
    if (cli.json()) {
      JsonObject both = reply.object();
      cli.printJson(verdict.ok() ? both.put("evidence", verdict.json()) : both);
      return;
    }
    table(cli, List.of(reply.object().put("service", name)));
    if (verdict.ok()) {
      cli.terminal().line("");
      cli.terminal().line("the verdict and its evidence:");
      cli.printJson(verdict.json());
    }
  }
}
