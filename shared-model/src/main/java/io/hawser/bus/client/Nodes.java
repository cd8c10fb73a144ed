package io.hawser.bus.client;

import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.Rendezvous;
import io.hawser.node.Members;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Whom to ask, and whom next. */
final class Nodes {
  private Nodes() {}

  /** The live nodes with a role, this one first, then by rendezvous of the key. */
  static List<NodeId> selfFirst(Members members, String role, String key) {
    List<NodeId> ranked = new ArrayList<>(Rendezvous.ranked(key, members.liveWith(role)));
    NodeId self = members.self().id();
    if (ranked.remove(self)) {
      ranked.addFirst(self);
    }
    return ranked;
  }

  /**
   * Asks one after the other until one answers, be it with a refusal. Only for calls that may be
   * repeated.
   */
  static <T> Future<Outcome<T>> firstToAnswer(
      List<NodeId> nodes, Function<NodeId, Future<Outcome<T>>> ask) {
    if (nodes.isEmpty()) {
      return Future.succeededFuture(new Outcome.Unknown<>("no live node has the role for this"));
    }
    return ask.apply(nodes.getFirst())
        .compose(
            outcome ->
                outcome instanceof Outcome.Unknown<T> && nodes.size() > 1
                    ? firstToAnswer(nodes.subList(1, nodes.size()), ask)
                    : Future.succeededFuture(outcome));
  }
}
