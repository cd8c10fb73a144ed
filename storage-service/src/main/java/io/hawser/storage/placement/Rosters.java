package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A roster and what follows it: each under the next epoch. */
public final class Rosters {
  private Rosters() {}

  /** The first roster of a cluster: one node, which holds {@code meta} and the data groups. */
  public static Roster first(String cluster, StorageNode founder, int shards) {
    List<GroupReplicas> groups = new ArrayList<>();
    groups.add(new GroupReplicas(StorageMessage.META, List.of(founder.id())));
    IntStream.range(0, shards)
        .forEach(i -> groups.add(new GroupReplicas("data-" + i, List.of(founder.id()))));
    return new Roster(cluster, 1, List.of(founder), groups, List.of());
  }

  /** With this record of its node, in place of one that is there. */
  public static Roster with(Roster roster, StorageNode node) {
    List<StorageNode> nodes = new ArrayList<>(roster.nodes());
    nodes.removeIf(n -> n.id().equals(node.id()));
    nodes.add(node);
    nodes.sort(Comparator.comparing(StorageNode::id));
    return new Roster(
        roster.cluster(), roster.epoch() + 1, nodes, roster.groups(), roster.registry());
  }

  /** With a group in this place, and the leaders spread anew. */
  static Roster with(Roster roster, String group, Collection<NodeId> replicas) {
    List<GroupReplicas> groups =
        roster.groups().stream()
            .map(g -> g.group().equals(group) ? new GroupReplicas(group, List.copyOf(replicas)) : g)
            .toList();
    return new Roster(
        roster.cluster(),
        roster.epoch() + 1,
        roster.nodes(),
        Leaders.spread(groups, Ranking.candidates(roster)),
        roster.registry());
  }

  /** As it is, under an epoch above this one. */
  public static Roster above(Roster roster, long epoch) {
    return new Roster(
        roster.cluster(), epoch + 1, roster.nodes(), roster.groups(), roster.registry());
  }

  /** With these registry nodes. */
  public static Roster withRegistry(Roster roster, Collection<NodeId> registry) {
    return new Roster(
        roster.cluster(),
        roster.epoch() + 1,
        roster.nodes(),
        roster.groups(),
        registry.stream().sorted().toList());
  }
}
