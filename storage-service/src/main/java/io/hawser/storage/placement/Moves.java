package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which replica gets another place next. A replica that is there stays as long as its node does,
 * room or not, unless it has failed and another node can have it; only a node with room gets a new
 * one. Pure.
 */
final class Moves {
  private final Limits limits;

  Moves(Limits limits) {
    this.limits = limits;
  }

  /** The next move of any of these groups. */
  Optional<Step> next(View view, List<String> groups) {
    return groups.stream().flatMap(group -> next(view, group).stream()).findFirst();
  }

  private Optional<Step> next(View view, String group) {
    List<NodeId> current = view.roster().replicas(group);
    List<NodeId> staying = current.stream().filter(id -> stays(view, id, group)).toList();
    List<NodeId> takers = takers(view, group, current);
    int goal = odd(Math.min(limits.replicas(), staying.size() + takers.size()));
    if (goal > current.size()) {
      return commit(view, group, filled(view, group, staying, takers, goal), "grows");
    }
    if (staying.size() < current.size()) {
      return takers.isEmpty()
          ? Optional.empty()
          : commit(view, group, replaced(view, group, current, staying, takers), "is replaced");
    }
    // A group that is still to grow has no place to be perfected.
    boolean grown = current.size() >= limits.replicas();
    return grown && current.stream().allMatch(id -> view.present(id, limits).isPresent())
        ? follow(view, group, current, takers)
        : Optional.empty();
  }

  /** Another place than a node that was given one and went before it took it, or cannot. */
  Optional<Step> instead(View view, String group, NodeId absent) {
    List<NodeId> current = view.roster().replicas(group);
    List<NodeId> staying = current.stream().filter(id -> !id.equals(absent)).toList();
    List<NodeId> takers = takers(view, group, current);
    return takers.isEmpty()
        ? Optional.empty()
        : commit(
            view,
            group,
            filled(view, group, staying, takers, current.size()),
            "does not wait for " + absent);
  }

  /** Towards the ranking, by one replica at most. */
  private Optional<Step> follow(
      View view, String group, List<NodeId> current, List<NodeId> takers) {
    Set<NodeId> pool = new LinkedHashSet<>(current);
    pool.addAll(takers);
    List<NodeId> ideal = Ranking.pick(group, candidates(view.roster(), pool), current.size());
    Optional<NodeId> comes = ideal.stream().filter(id -> !current.contains(id)).findFirst();
    if (comes.isEmpty()) {
      return Optional.empty();
    }
    List<NodeId> next = new ArrayList<>(current);
    NodeId goes =
        Ranking.ranked(group, candidates(view.roster(), current)).reversed().stream()
            .map(Candidate::id)
            .filter(id -> !ideal.contains(id))
            .findFirst()
            .orElseThrow();
    next.remove(goes);
    next.add(comes.get());
    return commit(view, group, next, "moves from " + goes + " to " + comes.get());
  }

  private List<NodeId> replaced(
      View view, String group, List<NodeId> current, List<NodeId> staying, List<NodeId> takers) {
    NodeId goes = current.stream().filter(id -> !staying.contains(id)).findFirst().orElseThrow();
    List<NodeId> rest = current.stream().filter(id -> !id.equals(goes)).toList();
    return filled(view, group, rest, takers, current.size());
  }

  /** The ones to keep, and the nearest others, zones that have none first. */
  private static List<NodeId> filled(
      View view, String group, List<NodeId> keep, List<NodeId> takers, int size) {
    Map<NodeId, Candidate> all = Ranking.candidates(view.roster());
    List<NodeId> filled = new ArrayList<>(keep);
    while (filled.size() < size) {
      Set<String> zones = new LinkedHashSet<>();
      filled.forEach(id -> zones.add(zone(all, id)));
      List<Candidate> left =
          takers.stream().filter(id -> !filled.contains(id)).map(id -> at(all, id)).toList();
      List<Candidate> ranked = Ranking.ranked(group, left);
      filled.add(
          ranked.stream()
              .filter(c -> !zones.contains(c.zone()))
              .findFirst()
              .orElseGet(ranked::getFirst)
              .id());
    }
    return filled;
  }

  private static Candidate at(Map<NodeId, Candidate> all, NodeId id) {
    return all.getOrDefault(id, new Candidate(id, "", 1));
  }

  private static String zone(Map<NodeId, Candidate> all, NodeId id) {
    return at(all, id).zone();
  }

  private boolean stays(View view, NodeId id, String group) {
    return view.roster()
            .node(id)
            .filter(n -> n.state() == NodeState.UP || n.state() == NodeState.JOINING)
            .isPresent()
        && !view.gone(id, limits)
        && !view.failed(id, group, limits);
  }

  private List<NodeId> takers(View view, String group, List<NodeId> current) {
    return view.roster().nodes().stream()
        .filter(n -> !current.contains(n.id()))
        .filter(n -> view.takes(n, view.bytes(group), limits) && view.fit(n.id(), group))
        .map(StorageNode::id)
        .toList();
  }

  private static List<Candidate> candidates(Roster roster, Iterable<NodeId> ids) {
    Map<NodeId, Candidate> all = Ranking.candidates(roster);
    List<Candidate> candidates = new ArrayList<>();
    ids.forEach(id -> candidates.add(at(all, id)));
    return candidates;
  }

  /** Two replicas fail sooner than one: a group has an odd number of them. */
  private static int odd(int count) {
    return count % 2 == 0 ? count - 1 : count;
  }

  private static Optional<Step> commit(View view, String group, List<NodeId> to, String why) {
    return Optional.of(
        new Step.Commit(Rosters.with(view.roster(), group, to), group + " " + why + ": " + to));
  }
}
