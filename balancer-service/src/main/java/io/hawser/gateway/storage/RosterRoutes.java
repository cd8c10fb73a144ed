package io.hawser.gateway.storage;

import io.hawser.bus.Addresses;
import io.hawser.bus.client.RegistryClient;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.Problem;
import io.hawser.model.DetectionMessage.AskRegistry;
import io.hawser.model.DetectionMessage.ForgetNode;
import io.hawser.model.DetectionMessage.Forgotten;
import io.hawser.model.DetectionMessage.RegistryState;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the registry nodes are, and which of them count; an operator takes out one that is gone. */
final class RosterRoutes {
  private static final Duration STATE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration FORGET_TIMEOUT = Duration.ofSeconds(5);

  private final ServiceContext context;
  private final StorageClient client;

  RosterRoutes(ServiceContext context, StorageClient client) {
    this.context = context;
    this.client = client;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("getRegistry", this::registry);
    endpoints.on("forgetRegistryNode", this::forget);
  }

  private List<NodeId> live() {
    return context.members().live().stream()
        .filter(node -> node.has(RegistryClient.ROLE))
        .map(node -> node.id())
        .toList();
  }

  private Future<Answer> registry(Call call) {
    List<Future<Map<String, Object>>> nodes =
        live().stream()
            .map(
                node ->
                    context
                        .bus()
                        .request(Addresses.REGISTRY_STATE, node, new AskRegistry(), STATE_TIMEOUT)
                        .map(outcome -> json(node, outcome)))
            .toList();
    return Future.join(nodes)
        .map(v -> Answer.ok(Map.of("nodes", nodes.stream().map(Future::result).toList())));
  }

  private static Map<String, Object> json(NodeId node, Outcome<RegistryState> outcome) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", node.value());
    json.put("answers", outcome instanceof Outcome.Ok);
    if (outcome instanceof Outcome.Ok<RegistryState> ok) {
      RegistryState state = ok.value();
      json.put("roster", state.roster().stream().map(NodeId::value).toList());
      json.put("rosterSource", state.source());
      json.put("quorate", state.quorate());
      json.put("abstains", state.distrusts());
      json.put("frozen", state.frozen());
      json.put("observes", state.observes());
    }
    return json;
  }

  /** In storage first, when there is any: what that commits, every node comes to know. */
  private Future<Answer> forget(Call call) {
    NodeId gone = new NodeId(call.name("id"));
    if (live().contains(gone)) {
      throw Problem.of(
          409, "operation-refused", gone + " is there: stop it first, or it comes in again");
    }
    return committed(gone)
        .compose(was -> learned(gone).map(known -> was || known))
        .map(
            known -> {
              if (!known) {
                throw Problem.of(404, "unknown-node", "no roster has a node '" + gone + "'");
              }
              return Answer.ok(Map.of("done", true));
            });
  }

  private Future<Boolean> committed(NodeId gone) {
    if (client.nodes().isEmpty()) {
      return Future.succeededFuture(false);
    }
    return client
        .roster()
        .map(outcome -> Refusals.value("the look-up", outcome))
        .map(Roster::registry)
        .compose(
            nodes ->
                nodes.contains(gone)
                    ? client
                        .operate(
                            StorageMessage.META,
                            StorageMessage.FORGET_REGISTRY,
                            List.of(gone.value()),
                            FORGET_TIMEOUT)
                        .map(outcome -> Refusals.value("the removal", outcome))
                        .map(true)
                    : Future.succeededFuture(false));
  }

  /** Those that do not hear it hear it of the others. */
  private Future<Boolean> learned(NodeId gone) {
    List<Future<Boolean>> asked =
        live().stream()
            .map(
                node ->
                    context
                        .bus()
                        .request(
                            Addresses.FORGET_REGISTRY, node, new ForgetNode(gone), STATE_TIMEOUT)
                        .map(
                            outcome ->
                                outcome instanceof Outcome.Ok<Forgotten> ok && ok.value().known()))
            .toList();
    return Future.join(asked).map(v -> asked.stream().anyMatch(Future::result));
  }
}
