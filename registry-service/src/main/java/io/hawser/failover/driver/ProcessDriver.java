package io.hawser.failover.driver;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.ProcessClient;
import io.hawser.failover.core.Effect;
import io.hawser.failover.core.Unsure;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.FailoverMessage.ProcessRunning;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.Rendezvous;
import io.hawser.node.Members;
import io.hawser.node.NodeInfo;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a node's process driver. The node is the one that the arguments name, else the one that owns
 * the process, else of those at the instance's own address the first by rendezvous that has the
 * template. A process whose owner is away is started nowhere else.
 */
public final class ProcessDriver implements Driver {
  public static final String NAME = "process";

  /** The argument that names the node. */
  public static final String NODE_ARG = "node";

  /** The argument under which the driver finds the call's name. */
  public static final String CALL_ARG = "call";

  /** The refusal of a node that knows that the manager that asks acts no more. */
  public static final String DEPOSED = "deposed";

  private final ProcessClient client;
  private final CatalogReplica catalog;
  private final Members members;

  public ProcessDriver(ProcessClient client, CatalogReplica catalog, Members members) {
    this.client = client;
    this.catalog = catalog;
    this.members = members;
  }

  @Override
  public Future<Outcome<String>> run(Effect.Drive call) {
    InstanceKey instance = call.ask().instance();
    List<NodeId> live = members.liveWith(ProcessClient.ROLE);
    Optional<NodeId> fixed = fixedNode(call, instance);
    if (fixed.isPresent() && !live.contains(fixed.get())) {
      return Future.succeededFuture(
          new Outcome.Rejected<>(
              Effect.Drive.OWNER_GONE, "node " + fixed.get() + ", whose it is, is not there"));
    }
    List<NodeId> nodes =
        fixed
            .map(List::of)
            .orElseGet(() -> Rendezvous.ranked(instance.toString(), at(call.host(), live)));
    if (nodes.isEmpty()) {
      return Future.succeededFuture(
          new Outcome.Rejected<>(
              "no-node", "no live node is at " + call.host() + ", and the args name none"));
    }
    Map<String, String> args = new HashMap<>(call.driver().args());
    args.put(CALL_ARG, call.ask().idempotencyKey());
    EnsureProcess request =
        new EnsureProcess(
            instance,
            call.host(),
            call.port(),
            args,
            call.ask().incident(),
            call.epoch(),
            call.term());
    return firstWithTemplate(nodes, request)
        .map(outcome -> outcome.map(r -> "pid " + r.pid() + " on " + r.node()))
        .map(ProcessDriver::asksAgain);
  }

  private static Outcome<String> asksAgain(Outcome<String> outcome) {
    return outcome instanceof Outcome.Rejected<String> r && Unsure.is(r.code())
        ? new Outcome.Unknown<>(r.detail())
        : outcome;
  }

  private List<NodeId> at(String host, List<NodeId> live) {
    return members.live().stream()
        .filter(n -> live.contains(n.id()) && Hosts.at(n.apiUrl(), host))
        .map(NodeInfo::id)
        .toList();
  }

  private Optional<NodeId> fixedNode(Effect.Drive call, InstanceKey instance) {
    String named = call.driver().args().get(NODE_ARG);
    if (named != null) {
      return Optional.of(new NodeId(named));
    }
    return catalog
        .get(FacetKey.of(Kind.PROCESS_OWNER, instance), ProcessOwner.class)
        .map(ProcessOwner::node);
  }

  /** A node that did not answer may have started it: then no other one is asked. */
  private Future<Outcome<ProcessRunning>> firstWithTemplate(
      List<NodeId> nodes, EnsureProcess request) {
    if (nodes.isEmpty()) {
      return Future.succeededFuture(
          new Outcome.Rejected<>("no-template", "no live node has the template " + request.args()));
    }
    return client
        .ensure(nodes.getFirst(), request)
        .compose(
            outcome ->
                outcome instanceof Outcome.Rejected<ProcessRunning> r
                        && r.code().equals("no-template")
                    ? firstWithTemplate(nodes.subList(1, nodes.size()), request)
                    : Future.succeededFuture(outcome));
  }
}
