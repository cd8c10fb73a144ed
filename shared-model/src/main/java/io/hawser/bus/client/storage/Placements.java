package io.hawser.bus.client.storage;

import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageKeys;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which groups there are and who has replicas of them, by the newest roster that a storage node
 * showed. A hint, but for the number of data groups, which never changes. Thread-safe.
 */
final class Placements {
  private final StorageClient client;
  private final AtomicBoolean reading = new AtomicBoolean();
  private final AtomicReference<Optional<Roster>> known = new AtomicReference<>(Optional.empty());

  /** 0 until it is known. It never changes. */
  private volatile int dataGroups;

  Placements(StorageClient client) {
    this.client = client;
  }

  List<NodeId> replicas(String group) {
    return known.get().map(roster -> roster.replicas(group)).orElse(List.of());
  }

  Future<Outcome<Integer>> dataGroups() {
    int present = dataGroups;
    return present > 0
        ? Future.succeededFuture(new Outcome.Ok<>(present))
        : roster().map(outcome -> outcome.map(Placements::count));
  }

  private static int count(Roster roster) {
    return (int)
        roster.groups().stream().map(GroupReplicas::group).filter(StorageKeys::isDataGroup).count();
  }

  /** Asks for a newer one, unless that is under way. */
  void refresh() {
    if (reading.compareAndSet(false, true)) {
      Future<Outcome<Roster>> unused = roster().onComplete(ignored -> reading.set(false));
    }
  }

  /** The newest roster that the storage nodes, asked one after the other, have. */
  Future<Outcome<Roster>> roster() {
    return ask(client.nodes(), 0);
  }

  private Future<Outcome<Roster>> ask(List<NodeId> nodes, int at) {
    if (at == nodes.size()) {
      return Future.succeededFuture(
          nodes.isEmpty()
              ? new Outcome.Rejected<>("no-storage", "no live node has the role storage")
              : new Outcome.Rejected<>("no-quorum", "no storage node knows of any group yet"));
    }
    return client
        .askRoster(nodes.get(at))
        .compose(
            outcome -> {
              Optional<Roster> told =
                  outcome instanceof Outcome.Ok<Optional<Roster>> ok
                      ? ok.value()
                      : Optional.empty();
              Optional<Roster> usable =
                  told.filter(roster -> count(roster) > 0 && ours(roster.cluster()));
              return usable.isPresent()
                  ? Future.succeededFuture(new Outcome.Ok<>(take(usable.get())))
                  : ask(nodes, at + 1);
            });
  }

  /** The one whose roster came first; empty before. */
  String cluster() {
    return known.get().map(Roster::cluster).orElse("");
  }

  /**
   * Whether this is the cluster whose roster came first, as far as both are known: a node may have
   * founded another one by mistake.
   */
  boolean ours(String cluster) {
    String own = cluster();
    return own.isEmpty() || cluster.isEmpty() || own.equals(cluster);
  }

  private Roster take(Roster told) {
    Roster newest =
        known
            .updateAndGet(
                old ->
                    old.filter(o -> o.epoch() > told.epoch() || !o.cluster().equals(told.cluster()))
                        .or(() -> Optional.of(told)))
            .orElse(told);
    dataGroups = count(newest);
    return newest;
  }
}
