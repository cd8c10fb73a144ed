package io.hawser.cli.command;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonObject;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The registry nodes, and which of them count for quorums. */
@Command(
    name = "registry",
    description = "Show the registry nodes and what holds their verdicts back.")
final class RegistryCommand {
  private final Cli cli;

  RegistryCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(
      name = "nodes",
      description = "Show the registry nodes and against which of them quorums are counted.")
  int nodes() {
    Reply reply = cli.api().get(Api.path("registry")).orFail("list the registry nodes");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    List<JsonObject> nodes = Fields.items(reply.json(), "nodes");
    nodes.forEach(node -> node.put("note", note(node)));
    new Table()
        .column("NODE", "id")
        .column("OBSERVES", "observes")
        .column("ROSTER", "roster")
        .column("FROM", "rosterSource")
        .whole()
        .column("NOTE", "note")
        .rows(nodes)
        .print(cli.terminal(), "no node is a registry");
    return 0;
  }

  private static String note(JsonObject node) {
    if (!node.getBoolean("answers", false)) {
      return "does not answer";
    }
    if (!node.getBoolean("quorate", true)) {
      return "hears no majority of the roster: calls nobody down";
    }
    if (node.getBoolean("frozen", false)) {
      return "mass failure: evicts nobody";
    }
    String abstains = Fields.text(node, "abstains");
    return abstains.isEmpty() ? "" : "abstains: " + abstains;
  }

  @Command(
      name = "forget",
      description = "Take a registry node out that is gone for good: quorums are counted without.",
      footer = {"", "A node that comes back is in again. One that is there is not taken out."})
  int forget(@Parameters(paramLabel = "NODE", description = "Who is gone.") String node) {
    Reply reply = cli.api().delete(Api.path("registry", "roster", node)).orFail("forget " + node);
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      cli.terminal().line("quorums are counted without " + node);
    }
    return 0;
  }
}
