package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.OrderVerb;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.storage.placement.Step.Asked;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the leader of {@code meta} knows: what is committed, and what it has heard.
 *
 * @param stopping nodes that said that they are about to stop
 * @param leadingSinceNs before that it has heard nobody, and holds no silence against anybody
 * @param refused what nodes did not do lately, and are not asked for now
 * @param stubborn what they did not do again and again
 * @param transferable whether the last transfer is long enough ago
 */
public record View(
    Roster roster,
    Map<NodeId, Sight> sights,
    Set<NodeId> stopping,
    long leadingSinceNs,
    Set<Asked> refused,
    Set<Asked> stubborn,
    boolean transferable,
    long nowNs) {
  public View {
    sights = Map.copyOf(sights);
    stopping = Set.copyOf(stopping);
    refused = Set.copyOf(refused);
    stubborn = Set.copyOf(stubborn);
  }

  /** Who leads a group, and how it sees the group. */
  record Lead(NodeId node, ReplicaStatus status) {
    Set<NodeId> voters() {
      return new HashSet<>(status.voters());
    }
  }

  /** What was heard of a node within the limit, whatever its disk. */
  Optional<Presence> heard(NodeId id, Limits limits) {
    Sight sight = sights.get(id);
    return sight != null && nowNs - sight.lastNs() <= limits.seenNs()
        ? Optional.of(sight.presence())
        : Optional.empty();
  }

  /** As {@link #heard}, of the disk that the roster has of it. */
  Optional<Presence> present(NodeId id, Limits limits) {
    return heard(id, limits)
        .filter(p -> p.cluster().equals(roster.cluster()))
        .filter(p -> roster.node(id).map(StorageNode::disk).equals(Optional.of(p.disk())));
  }

  /** Whether a node was silent for so long that its replicas go to others. */
  boolean gone(NodeId id, Limits limits) {
    if (limits.replaceNs() == 0 || nowNs - leadingSinceNs < limits.replaceNs()) {
      return false;
    }
    Sight sight = sights.get(id);
    return sight == null || nowNs - sight.lastNs() > limits.replaceNs();
  }

  /** Whether a step is one that can be taken now. */
  boolean open(Step step) {
    return !(step instanceof Step.Rest) && step.asks().stream().noneMatch(refused::contains);
  }

  /** Whether a node can be expected to get a replica of a group that it has not. */
  boolean fit(NodeId id, String group) {
    return !stubborn.contains(new Asked(OrderVerb.OPEN, id, group))
        && !stubborn.contains(new Asked(OrderVerb.VOTERS, id, group));
  }

  /** Whether a node says that its replica has stopped for good. */
  boolean failed(NodeId id, String group, Limits limits) {
    return present(id, limits)
        .flatMap(p -> p.replica(group))
        .filter(r -> r.role() == ReplicaRole.FAILED)
        .isPresent();
  }

  Optional<Lead> lead(String group, Limits limits) {
    return roster.nodes().stream()
        .flatMap(n -> present(n.id(), limits).stream())
        .flatMap(
            p ->
                p
                    .replica(group)
                    .filter(r -> r.role() == ReplicaRole.LEADER)
                    .map(r -> new Lead(p.node(), r))
                    .stream())
        .max(Comparator.comparingLong(l -> l.status().term()));
  }

  /** Whether a node may get a further replica of so many bytes. */
  boolean takes(StorageNode node, long bytes, Limits limits) {
    return node.state() == NodeState.UP
        && present(node.id(), limits)
            .filter(p -> !p.full())
            .filter(
                p ->
                    p.usedBytes() + reserved(p) + bytes
                        < node.capacityBytes() / 100.0 * limits.roomPercent())
            .isPresent();
  }

  /** What is on its way to a node: groups that it is to hold and does not yet. */
  private long reserved(Presence presence) {
    return roster.groups().stream()
        .filter(g -> g.replicas().contains(presence.node()))
        .filter(g -> presence.replica(g.group()).isEmpty())
        .mapToLong(g -> bytes(g.group()))
        .sum();
  }

  /** The size of a group, as the largest of its replicas. */
  long bytes(String group) {
    return sights.values().stream()
        .flatMap(s -> s.presence().replica(group).stream())
        .mapToLong(ReplicaStatus::bytes)
        .max()
        .orElse(0);
  }

  List<String> groups() {
    return roster.groups().stream().map(GroupReplicas::group).toList();
  }
}
