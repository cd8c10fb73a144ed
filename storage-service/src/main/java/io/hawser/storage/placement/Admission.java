package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.storage.placement.View.Lead;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Keeps the roster's records of nodes at what the nodes say of themselves. Pure. */
final class Admission {
  private final Limits limits;

  Admission(Limits limits) {
    this.limits = limits;
  }

  /** What is to be done, of each node one step. */
  List<Step> steps(View view) {
    return view.sights().keySet().stream()
        .sorted()
        .flatMap(id -> view.heard(id, limits).stream())
        .filter(p -> p.cluster().isEmpty() || p.cluster().equals(view.roster().cluster()))
        .flatMap(p -> next(view, p).stream())
        .toList();
  }

  private Optional<Step> next(View view, Presence presence) {
    Roster roster = view.roster();
    Optional<StorageNode> known = roster.node(presence.node());
    if (known.isEmpty()) {
      return commit(roster, record(presence, NodeState.JOINING), "joins");
    }
    StorageNode node = known.get();
    if (!node.disk().equals(presence.disk())) {
      return otherDisk(view, presence);
    }
    boolean member = presence.cluster().equals(roster.cluster());
    NodeState state = node.state() == NodeState.JOINING && member ? NodeState.UP : node.state();
    StorageNode now = record(presence, state);
    if (same(now, node)) {
      return Optional.empty();
    }
    return commit(roster, now, "is now " + state + " at " + now.host() + ":" + now.port());
  }

  /**
   * The disk that voted under this id is gone. What comes under the id now knows nothing of those
   * votes: it must be no voter anywhere before it may join, as a node that was never there.
   */
  private Optional<Step> otherDisk(View view, Presence presence) {
    for (String group : view.groups()) {
      Optional<Lead> lead = view.lead(group, limits);
      if (lead.isEmpty()) {
        return Optional.of(
            new Step.Rest(presence.node() + " has a new disk, and " + group + " has no leader"));
      }
      if (lead.get().voters().contains(presence.node())) {
        return Optional.of(without(presence.node(), group, lead.get()));
      }
    }
    return commit(view.roster(), record(presence, NodeState.JOINING), "joins with a new disk");
  }

  /** Takes a voter from a group that has others. */
  static Step without(NodeId id, String group, Lead lead) {
    List<NodeId> others =
        lead.voters().stream()
            .filter(v -> !v.equals(id))
            .sorted(Comparator.naturalOrder())
            .toList();
    return others.isEmpty()
        ? new Step.Rest(group + " had its only replica on " + id)
        : new Step.Voters(lead.node(), group, others, List.of());
  }

  private static Optional<Step> commit(Roster roster, StorageNode node, String why) {
    return Optional.of(new Step.Commit(Rosters.with(roster, node), node.id() + " " + why));
  }

  private static StorageNode record(Presence p, NodeState state) {
    return new StorageNode(
        p.node(),
        p.disk(),
        p.host(),
        p.port(),
        p.apiUrl(),
        p.zone(),
        p.capacityBytes(),
        state,
        p.level());
  }

  /** Whether the record need not change: capacities drift, and each change may move replicas. */
  private static boolean same(StorageNode now, StorageNode old) {
    return now.state() == old.state()
        && now.port() == old.port()
        && now.level() == old.level()
        && Objects.equals(now.host(), old.host())
        && Objects.equals(now.apiUrl(), old.apiUrl())
        && Objects.equals(now.zone(), old.zone())
        && now.capacityBytes() <= 2 * old.capacityBytes()
        && old.capacityBytes() <= 2 * now.capacityBytes();
  }
}
