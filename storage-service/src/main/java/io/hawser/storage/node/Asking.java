package io.hawser.storage.node;

import io.hawser.bus.Addresses;
import io.hawser.catalog.Refused;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Several;
import io.hawser.model.StorageMessage.Together;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks the other storage nodes about groups, for this one's own purposes. Owned by the verticle.
 */
public final class Asking {
  private static final int HOPS = 3;

  private final ServiceContext node;
  private final Neighbours neighbours;
  private final RosterBook book;
  private final Function<StorageMessage, Future<Content>> here;

  /**
   * @param here how this node itself answers
   */
  public Asking(
      ServiceContext node,
      Neighbours neighbours,
      RosterBook book,
      Function<StorageMessage, Future<Content>> here) {
    this.node = node;
    this.neighbours = neighbours;
    this.book = book;
    this.here = here;
  }

  /** Asks one node; what goes wrong is an {@code Unavailable}. */
  public Future<Content> at(NodeId to, StorageMessage request, Duration timeout) {
    if (to.equals(neighbours.id())) {
      return here.apply(request).otherwise(e -> new Unavailable(String.valueOf(e.getMessage())));
    }
    return node.bus().request(Addresses.STORAGE, to, request, timeout).map(Asking::content);
  }

  private static Content content(Outcome<Reply> outcome) {
    return switch (outcome) {
      case Outcome.Ok<Reply> ok -> ok.value().content();
      case Outcome.Rejected<Reply> rejected -> new Unavailable(rejected.detail());
      case Outcome.Unknown<Reply> unknown -> new Unavailable(unknown.detail());
    };
  }

  /**
   * Asks the leader of a group several things in one message, answered by {@code Together}.
   *
   * @param requests about that group, each of one kind
   */
  public Future<Content> leader(String group, List<StorageMessage> requests, Duration timeout) {
    String cluster = book.current().map(Roster::cluster).orElse("");
    return leader(group, new Several(cluster, requests, requests.size()), timeout);
  }

  /** What all of several requests are answered when who was asked is not who leads. */
  private static Content ofAll(Content content) {
    return content instanceof Together together && !together.answers().isEmpty()
        ? together
            .answers()
            .getFirst()
            .content()
            .filter(first -> first instanceof NotLeader || first instanceof Unavailable)
            .orElse(content)
        : content;
  }

  /** Asks the leader of a group. */
  public Future<Content> leader(String group, StorageMessage request, Duration timeout) {
    List<NodeId> order = new ArrayList<>();
    lastLeader(group).ifPresent(order::add);
    book.current().map(r -> r.replicas(group)).orElse(List.of()).stream()
        .filter(id -> !order.contains(id))
        .forEach(order::add);
    return hop(order, request, timeout, HOPS);
  }

  private Future<Content> hop(
      List<NodeId> order, StorageMessage request, Duration timeout, int hops) {
    if (order.isEmpty() || hops == 0) {
      return Future.succeededFuture(new Unavailable("nobody leads it"));
    }
    NodeId next = order.getFirst();
    List<NodeId> rest = new ArrayList<>(order.subList(1, order.size()));
    return at(next, request, timeout)
        .map(Asking::ofAll)
        .compose(
            content -> {
              if (content instanceof NotLeader refusal) {
                refusal
                    .leader()
                    .ifPresent(
                        l -> {
                          boolean unused = rest.remove(l);
                          rest.addFirst(l);
                        });
                return hop(rest, request, timeout, hops - 1);
              }
              return content instanceof Unavailable && !rest.isEmpty()
                  ? hop(rest, request, timeout, hops - 1)
                  : Future.succeededFuture(content);
            });
  }

  /** Who led a group when it was last heard. */
  public Optional<NodeId> lastLeader(String group) {
    return neighbours.presences().stream()
        .filter(p -> p.replica(group).filter(r -> r.role() == ReplicaRole.LEADER).isPresent())
        .max(
            (a, b) ->
                Long.compare(
                    a.replica(group).orElseThrow().term(), b.replica(group).orElseThrow().term()))
        .map(p -> p.node());
  }

  /** The roster, or a refusal to answer without one. */
  public Future<Roster> roster() {
    return book.current()
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                Future.failedFuture(
                    new Refused("no-quorum", "this node belongs to no storage cluster yet")));
  }
}
