package io.hawser.storage.node;

import io.hawser.bus.Addresses;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage;
import io.hawser.model.RosterMessage.Order;
import io.hawser.model.RosterMessage.Ordered;
import io.hawser.service.ServiceContext;
import io.hawser.storage.group.GroupHost;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Has nodes do what their replicas need, and does it here when this node is meant. An order is for
 * one disk of one cluster, and is refused by any other; repeating one does no harm. Owned by the
 * verticle.
 */
public final class Orders {
  /** For opening or closing a store; a change of voters may go on after it. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final ServiceContext node;
  private final Neighbours neighbours;
  private final Replicas replicas;
  private final RosterBook book;

  public Orders(ServiceContext node, Neighbours neighbours, Replicas replicas, RosterBook book) {
    this.node = node;
    this.neighbours = neighbours;
    this.replicas = replicas;
    this.book = book;
  }

  /** The refusal, or nothing. Never fails. */
  public Future<Optional<String>> send(NodeId to, Order order) {
    if (to.equals(neighbours.id())) {
      return carryOut(order);
    }
    return node.bus()
        .request(Addresses.STORAGE_ROSTER, to, order, TIMEOUT)
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Ok<RosterMessage> ok
                  && ok.value() instanceof Ordered ordered) {
                boolean unused = neighbours.heard(ordered.presence());
                return Optional.of(ordered.refusal()).filter(r -> !r.isEmpty());
              }
              return Optional.of(String.valueOf(outcome));
            });
  }

  /** Does what this node is told to. Never fails. */
  public Future<Optional<String>> carryOut(Order order) {
    var own = neighbours.own();
    if (!order.cluster().equals(own.cluster()) || !order.disk().equals(own.disk())) {
      return Future.succeededFuture(Optional.of("the order is for another disk"));
    }
    if (order.epoch() < book.epoch()) {
      // Whoever gave it did not know yet that another leads.
      return Future.succeededFuture(Optional.of("the order is older than the roster"));
    }
    Future<Void> done =
        switch (order.verb()) {
          case OPEN -> replicas.make(order.group(), Set.of(), order.epoch());
          case DROP -> replicas.drop(order.group(), order.epoch(), order.votersAt());
          case VOTERS -> led(order.group(), h -> h.changeVoters(Set.copyOf(order.nodes())));
          case TRANSFER ->
              led(order.group(), h -> h.transferTo(first(order.group(), order.nodes())));
        };
    return done.map(v -> Optional.<String>empty())
        .otherwise(failure -> Optional.of(String.valueOf(failure.getMessage())));
  }

  private static NodeId first(String group, List<NodeId> nodes) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("nobody was named to lead " + group);
    }
    return nodes.getFirst();
  }

  private Future<Void> led(String group, Function<GroupHost, Future<Void>> what) {
    Optional<GroupHost> host = replicas.host(group).filter(GroupHost::leading);
    return host.isPresent()
        ? what.apply(host.get())
        : Future.failedFuture("this node does not lead " + group);
  }
}
