package io.hawser.storage.operate;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.service.ServiceContext;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.node.Neighbours;
import io.hawser.storage.node.Replicas;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has others lead what this node leads, before it stops: nobody waits for an election then. */
public final class HandOver {
  private static final Logger log = LoggerFactory.getLogger(HandOver.class);
  private static final long LOOK_MS = 10;

  private final ServiceContext node;
  private final Neighbours neighbours;
  private final Replicas replicas;

  public HandOver(ServiceContext node, Neighbours neighbours, Replicas replicas) {
    this.node = node;
    this.neighbours = neighbours;
    this.replicas = replicas;
  }

  /** Done when this node leads nothing that another could lead, or the time is over. */
  public Future<Void> all(long limitNs) {
    List<Future<Void>> each = replicas.hosts().stream().map(h -> one(h, limitNs)).toList();
    return Future.join(each).mapEmpty();
  }

  private Future<Void> one(GroupHost host, long limitNs) {
    Optional<NodeId> heir = host.leading() ? heir(host) : Optional.empty();
    if (heir.isEmpty()) {
      return Future.succeededFuture();
    }
    log.info(
        "leadership is handed over node={} group={} to={}",
        neighbours.id(),
        host.group(),
        heir.get());
    long startNs = node.time().nowNs();
    return host.transferTo(heir.get()).compose(v -> ended(host, startNs, limitNs)).otherwiseEmpty();
  }

  private Future<Void> ended(GroupHost host, long startNs, long limitNs) {
    Promise<Void> promise = Promise.promise();
    long unused =
        node.vertx()
            .setPeriodic(
                LOOK_MS,
                timer -> {
                  if (!host.leading() || node.time().nowNs() - startNs >= limitNs) {
                    var ignored = node.vertx().cancelTimer(timer);
                    promise.tryComplete();
                  }
                });
    return promise.future();
  }

  /** The voter that is there, stays, and has applied most. */
  private Optional<NodeId> heir(GroupHost host) {
    return host.logStatus().voters().stream()
        .filter(id -> !id.equals(neighbours.id()) && !node.members().draining().contains(id))
        .flatMap(id -> neighbours.presence(id).stream())
        .filter(p -> role(p, host.group()).equals(Optional.of(ReplicaRole.FOLLOWER)))
        .max(
            Comparator.comparingLong(
                p -> p.replica(host.group()).map(ReplicaStatus::applied).orElse(0L)))
        .map(Presence::node);
  }

  private static Optional<ReplicaRole> role(Presence presence, String group) {
    return presence.replica(group).map(ReplicaStatus::role);
  }
}
