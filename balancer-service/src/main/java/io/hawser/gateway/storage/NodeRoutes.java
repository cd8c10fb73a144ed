package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.model.NodeId;
import io.hawser.model.StorageKeys;
import io.hawser.model.StorageMessage;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The storage nodes and what operators do with them. The store itself answers, in JSON as the
 * contract has it: the node that leads {@code meta}, or for one group the node that leads it, or
 * the one that is named.
 */
final class NodeRoutes {
  private static final Duration QUICK = Duration.ofSeconds(5);

  /** Within what a connection may be silent. */
  private static final Duration LONG = Duration.ofSeconds(55);

  private record Survivor(String node, String confirm) {}

  private static final Shape<Survivor> RECOVER =
      Shapes.object(
          fields ->
              new Survivor(
                  fields.required("node", Shapes.text(Text.NAME)),
                  fields.required("confirm", Shapes.text(Text.line(400)))));
  private static final Shape<String> TRANSFER =
      Shapes.object(fields -> fields.required("to", Shapes.text(Text.NAME)));

  private final StorageClient client;

  NodeRoutes(StorageClient client) {
    this.client = client;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("listStorageNodes", call -> ask("nodes", List.of(), QUICK));
    endpoints.on("getPlacement", this::placement);
    endpoints.on("verifyStorage", call -> ask("verify", List.of(), LONG));
    endpoints.on("backUpStorage", call -> ask("backup", List.of(), LONG));
    endpoints.on("addStorageNode", call -> ask("add", List.of(call.name("id")), QUICK));
    endpoints.on("drainStorageNode", call -> ask("drain", List.of(call.name("id")), QUICK));
    endpoints.on("replaceStorageNode", call -> ask("replace", List.of(call.name("id")), QUICK));
    endpoints.on("snapshotGroup", this::snapshot);
    endpoints.on("transferGroup", this::transfer);
    endpoints.on("recoverGroup", this::recover);
  }

  private Future<Answer> placement(Call call) {
    Optional<String> key = call.query().text("key", StorageKeys::fault);
    Future<JsonObject> told = told(StorageMessage.META, "placement", List.of(), QUICK);
    return key.isEmpty()
        ? told.map(Answer::ok)
        : KeyGroups.of(client, key.get())
            .compose(group -> told.map(json -> Answer.ok(json.put("group", group))));
  }

  /** Each replica of the group takes one. */
  private Future<Answer> snapshot(Call call) {
    String group = call.name("group");
    return replicas(group)
        .compose(
            nodes -> {
              List<Future<JsonObject>> asked =
                  nodes.stream()
                      .map(node -> client.operateAt(node, group, "snapshot", List.of(), LONG))
                      .map(told -> told.map(o -> parsed(Refusals.value("the snapshot", o))))
                      .toList();
              return Future.all(asked).map(v -> Answer.ok(asked.getFirst().result()));
            });
  }

  private Future<Answer> transfer(Call call) {
    String group = call.name("group");
    String to = call.read(TRANSFER);
    return replicas(group)
        .compose(nodes -> told(group, "transfer", List.of(to), QUICK))
        .map(Answer::ok);
  }

  /** Asks the named node itself: there is no majority, and so no leader. */
  private Future<Answer> recover(Call call) {
    Survivor survivor = call.read(RECOVER);
    List<String> arguments = List.of(survivor.confirm());
    return client
        .operateAt(new NodeId(survivor.node()), call.name("group"), "recover", arguments, LONG)
        .map(told -> Answer.ok(parsed(Refusals.value("the recovery", told))));
  }

  private Future<List<NodeId>> replicas(String group) {
    return client
        .roster()
        .map(
            outcome -> {
              List<NodeId> nodes = Refusals.value("the look-up", outcome).replicas(group);
              if (nodes.isEmpty()) {
                throw Problem.of(404, "unknown-group", "the store has no group '" + group + "'");
              }
              return nodes;
            });
  }

  private Future<Answer> ask(String verb, List<String> arguments, Duration timeout) {
    return told(StorageMessage.META, verb, arguments, timeout).map(Answer::ok);
  }

  private Future<JsonObject> told(
      String group, String verb, List<String> arguments, Duration timeout) {
    return client
        .operate(group, verb, arguments, timeout)
        .map(outcome -> parsed(Refusals.value("'" + verb + "'", outcome)));
  }

  private static JsonObject parsed(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      throw Outcomes.unavailable("old-node", "the store answered in another form");
    }
  }
}
