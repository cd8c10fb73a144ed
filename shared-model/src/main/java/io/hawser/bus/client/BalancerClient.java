package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.model.BalancerMessage.AskPick;
import io.hawser.model.BalancerMessage.Picked;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.node.Members;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls a balancer: the one of this node, else of another one, and the next when one does not
 * answer. Thread-safe.
 */
public final class BalancerClient {
  public static final String ROLE = "balancer";

  /** The refusal when no live node has the role. */
  public static final String NO_BALANCER = "no-balancer";

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** How many are asked. */
  private static final int TRIES = 2;

  private final Bus bus;
  private final Members members;

  public BalancerClient(Bus bus, Members members) {
    this.bus = bus;
    this.members = members;
  }

  /** The instance that a request would be sent to now. */
  public Future<Outcome<Picked>> pick(AskPick request) {
    List<NodeId> nodes = new ArrayList<>(members.liveWith(ROLE));
    NodeId self = members.self().id();
    if (nodes.remove(self)) {
      nodes.addFirst(self);
    }
    return nodes.isEmpty()
        ? Future.succeededFuture(
            new Outcome.Rejected<>(NO_BALANCER, "no live node has the role " + ROLE))
        : ask(nodes.subList(0, Math.min(TRIES, nodes.size())), request);
  }

  private Future<Outcome<Picked>> ask(List<NodeId> nodes, AskPick request) {
    return bus.request(Addresses.PICK, nodes.getFirst(), request, TIMEOUT)
        .compose(
            outcome ->
                outcome instanceof Outcome.Unknown && nodes.size() > 1
                    ? ask(nodes.subList(1, nodes.size()), request)
                    : Future.succeededFuture(outcome));
  }
}
