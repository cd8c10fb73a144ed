package io.hawser.cli.storage;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The nodes that store, and what operators do with them. */
@Command(name = "storage", description = "Show and change which nodes store what.")
final class StorageCommand {
  private final Cli cli;

  StorageCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(name = "nodes", description = "Show the nodes that store.")
  int nodes() {
    Reply reply = cli.api().get(Api.path("storage", "nodes")).orFail("list the storage nodes");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    List<JsonObject> nodes = Fields.items(reply.json(), "nodes");
    nodes.forEach(
        node -> {
          node.put("holds", groups(node));
          node.put("used", mebibytes(node, "usedBytes"));
          node.put("capacity", mebibytes(node, "capacityBytes"));
          node.put("present", node.getBoolean("present", true) ? "" : "does not answer");
        });
    new Table()
        .column("NODE", "id")
        .painted("STATE", cli.terminal()::state, "state")
        .column("NOTE", "present")
        .column("ZONE", "zone")
        .column("ADDRESS", "address")
        .column("USED MIB", "used")
        .column("OF MIB", "capacity")
        .whole()
        .column("GROUPS", "holds")
        .rows(nodes)
        .print(cli.terminal(), "no node stores");
    return 0;
  }

  private static String groups(JsonObject node) {
    return Fields.items(node, "groups").stream()
        .map(
            group ->
                "%s %s@%s"
                    .formatted(
                        Fields.text(group, "group"),
                        Fields.text(group, "role"),
                        Fields.text(group, "appliedIndex")))
        .collect(Collectors.joining(", "));
  }

  private static long mebibytes(JsonObject node, String field) {
    return Fields.number(node, 0, field) >> 20;
  }

  @Command(name = "placement", description = "Show which node has which group, and where a key is.")
  int placement(
      @Option(names = "--key", paramLabel = "KEY", defaultValue = "", description = "A key.")
          String key) {
    Reply reply =
        cli.api()
            .get(Api.path("storage", "placement") + Api.query(Map.of("key", key)))
            .orFail("read the placement");
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    String ofKey = Fields.text(reply.object(), "group");
    new Table()
        .column("GROUP", "group")
        .column("LEADER", "leader")
        .column("REPLICAS", "replicas")
        .rows(
            Fields.items(reply.json(), "groups").stream()
                .filter(g -> ofKey.isEmpty() || Fields.text(g, "group").equals(ofKey))
                .toList())
        .print(cli.terminal(), "no groups");
    return 0;
  }

  @Command(
      name = "verify",
      description = "Compare what the replicas of each group hold.",
      footer = {
        "",
        "Ends with 7 when they differ, when one does not answer, or when they could not be"
            + " compared."
      })
  int verify() {
    Reply reply = cli.api().get(Api.path("storage", "verify")).orFail("verify the store");
    List<JsonObject> groups = Fields.items(reply.json(), "groups");
    boolean equal = groups.stream().allMatch(group -> group.getBoolean("equal", false));
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      List<JsonObject> rows = new ArrayList<>();
      for (JsonObject group : groups) {
        for (JsonObject replica : Fields.items(group, "replicas")) {
          rows.add(replica.put("group", Fields.text(group, "group")).put("result", verdict(group)));
        }
      }
      new Table()
          .column("GROUP", "group")
          .column("NODE", "node")
          .column("INDEX", "appliedIndex")
          .column("HASH", "hash", "error")
          .painted("RESULT", cli.terminal()::state, "result")
          .rows(rows)
          .print(cli.terminal(), "no groups");
    }
    return (equal ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  private static String verdict(JsonObject group) {
    boolean apart =
        !group.containsKey("appliedIndex")
            && Fields.items(group, "replicas").stream().noneMatch(r -> r.containsKey("error"));
    if (apart) {
      return "not compared";
    }
    return group.getBoolean("equal", false) ? "ok" : "failed";
  }

  @Command(name = "add", description = "Let a node store that was drained or removed.")
  int add(@Parameters(paramLabel = "NODE", description = "The node.") String node) {
    return order("nodes", node, "add", new JsonObject(), node + " stores again");
  }

  @Command(name = "drain", description = "Move what a node stores to others.")
  int drain(@Parameters(paramLabel = "NODE", description = "The node.") String node) {
    return order("nodes", node, "drain", new JsonObject(), moves(node));
  }

  @Command(name = "replace", description = "Let other nodes store in the place of a lost one.")
  int replace(@Parameters(paramLabel = "NODE", description = "Who is lost.") String node) {
    return order("nodes", node, "replace", new JsonObject(), moves(node));
  }

  private static String moves(String node) {
    return "what "
        + node
        + " stores moves to others now; 'hawser storage nodes' shows how far that is";
  }

  @Command(name = "snapshot", description = "Have the replicas of a group shorten their logs.")
  int snapshot(@Parameters(paramLabel = "GROUP", description = "meta, or data-<n>.") String group) {
    String done = "the replicas of " + group + " took a snapshot";
    return order("groups", group, "snapshot", new JsonObject(), done);
  }

  @Command(name = "transfer", description = "Have another replica lead a group.")
  int transfer(
      @Parameters(index = "0", paramLabel = "GROUP", description = "meta, or data-<n>.")
          String group,
      @Parameters(index = "1", paramLabel = "NODE", description = "Who is to lead.") String node) {
    JsonObject body = new JsonObject().put("to", node);
    return order("groups", group, "transfer", body, node + " is to lead " + group);
  }

  @Command(
      name = "recover",
      description = "Have one replica of a group go on alone: its majority is lost for good.",
      footer = {
        "",
        "What only the lost replicas had is gone. Stop them for good first: two that go on apart",
        "never agree again. Begin with the group meta."
      })
  int recover(
      @Parameters(index = "0", paramLabel = "GROUP", description = "meta, or data-<n>.")
          String group,
      @Parameters(index = "1", paramLabel = "NODE", description = "Whose replica goes on.")
          String node,
      @Option(
              names = "--confirm",
              paramLabel = "WORDS",
              defaultValue = "",
              description = "The words: lose GROUP but on NODE.")
          String confirm) {
    JsonObject body = new JsonObject().put("node", node).put("confirm", confirm);
    return order("groups", group, "recover", body, node + " is the only voter of " + group);
  }

  private int order(String kind, String name, String verb, JsonObject body, String done) {
    Reply reply =
        cli.api().post(Api.path("storage", kind, name, verb), body).orFail(verb + " " + name);
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      cli.terminal().line(done);
    }
    return 0;
  }
}
