package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.storage.placement.View.Lead;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what the leader of {@code meta} does next, from what is committed and what it has heard.
 * It keeps nothing: whoever leads next goes on from the same roster. The first of these that is
 * needed is the step:
 *
 * <ol>
 *   <li>a node is admitted, or its record brought up to what it says of itself; one that comes with
 *       another disk is first taken from every group's voters
 *   <li>a group's voters are made what the roster has: replicas are opened, then the voters
 *       changed; when no group needs that, replicas that are no voters any more are given up
 *   <li>when every group is as the roster has it, one replica of one group gets another place: to
 *       grow to an odd number, to leave a node that drains or is gone, to follow the ranking
 *   <li>a node that holds nothing any more is removed
 *   <li>a group gets the leader that the roster names first
 * </ol>
 *
 * Pure.
 */
public final class Planner {
  /** A follower that lacks more entries than this is given no group to lead. */
  private static final long NEAR = 1_000;

  /** A replica's place. */
  public record Spot(NodeId node, String group) {}

  private final Limits limits;
  private final Admission admission;
  private final Moves moves;

  public Planner(Limits limits) {
    this.limits = limits;
    this.admission = new Admission(limits);
    this.moves = new Moves(limits);
  }

  /** The next step. */
  public Step next(View view) {
    return admission
        .next(view)
        .or(() -> settle(view).filter(step -> !(step instanceof Step.Rest)))
        .or(() -> drop(view))
        .or(() -> settle(view))
        .or(() -> moves.next(view))
        .or(() -> remove(view))
        .or(() -> lead(view))
        .orElse(new Step.Rest("everything is in its place"));
  }

  /** Brings the groups to what the roster has. One that has to wait holds up no other. */
  private Optional<Step> settle(View view) {
    Optional<Step> waits = Optional.empty();
    for (String group : view.groups()) {
      Optional<Step> step =
          view.lead(group, limits)
              .map(lead -> settle(view, group, lead))
              .orElseGet(() -> Optional.of(new Step.Rest(group + " has no leader")));
      if (step.filter(s -> !(s instanceof Step.Rest)).isPresent()) {
        return step;
      }
      waits = waits.or(() -> step);
    }
    return waits;
  }

  private Optional<Step> settle(View view, String group, Lead lead) {
    List<NodeId> target = view.roster().replicas(group);
    Set<NodeId> voters = lead.voters();
    Optional<NodeId> lost =
        voters.stream().filter(id -> lost(view, id, group)).min(Comparator.naturalOrder());
    if (lost.isPresent() && voters.size() > 1) {
      return Optional.of(Admission.without(lost.get(), group, lead));
    }
    if (!voters.equals(Set.copyOf(target))) {
      return Optional.of(approach(view, group, lead, target));
    }
    return Optional.empty();
  }

  /**
   * A replica that is no voter any more is given up. What a node refuses is left for a while: it
   * holds up nothing else.
   */
  private Optional<Step> drop(View view) {
    return view.groups().stream()
        .flatMap(
            group ->
                view
                    .lead(group, limits)
                    .filter(lead -> lead.status().votersAt() > 0)
                    .flatMap(lead -> drop(view, group, lead))
                    .stream())
        .findFirst();
  }

  private Optional<Step> drop(View view, String group, Lead lead) {
    List<NodeId> target = view.roster().replicas(group);
    return view.roster().nodes().stream()
        .filter(n -> !target.contains(n.id()) && !lead.voters().contains(n.id()))
        .filter(n -> view.present(n.id(), limits).flatMap(p -> p.replica(group)).isPresent())
        .filter(n -> !view.refused().contains(new Spot(n.id(), group)))
        .map(n -> (Step) new Step.Drop(n.id(), group, lead.status().votersAt()))
        .findFirst();
  }

  /** Whether a voter is there without its replica: it must not come back as the one it was. */
  private boolean lost(View view, NodeId id, String group) {
    return view.present(id, limits).filter(p -> p.replica(group).isEmpty()).isPresent();
  }

  private Step approach(View view, String group, Lead lead, List<NodeId> target) {
    for (NodeId id : target) {
      if (lead.voters().contains(id)) {
        continue;
      }
      Optional<Presence> present = view.present(id, limits);
      if (present.isEmpty()) {
        // A place that was given to a node which then went: the next best one has it.
        Optional<Step> instead =
            view.heard(id, limits).isPresent() ? Optional.empty() : moves.instead(view, group, id);
        return instead.orElse(new Step.Rest(group + " waits for " + id.value()));
      }
      if (present.get().replica(group).isEmpty()) {
        return new Step.Open(id, group);
      }
    }
    return new Step.Voters(lead.node(), group, target);
  }

  private Optional<Step> remove(View view) {
    Roster roster = view.roster();
    return roster.nodes().stream()
        .filter(n -> n.state() == NodeState.DRAINING)
        .filter(n -> roster.groups().stream().noneMatch(g -> g.replicas().contains(n.id())))
        .findFirst()
        .map(
            n ->
                new Step.Commit(
                    Rosters.with(roster, n.with(NodeState.REMOVED)), n.id() + " is drained"));
  }

  private Optional<Step> lead(View view) {
    if (!view.transferable()) {
      return Optional.empty();
    }
    for (String group : view.groups()) {
      NodeId preferred = view.roster().replicas(group).getFirst();
      Optional<Lead> lead = view.lead(group, limits).filter(l -> !l.node().equals(preferred));
      if (lead.isPresent() && settled(view, preferred) && near(view, preferred, lead.get())) {
        return Optional.of(new Step.Transfer(lead.get().node(), group, preferred));
      }
    }
    return Optional.empty();
  }

  private boolean settled(View view, NodeId id) {
    Sight sight = view.sights().get(id);
    return sight != null
        && view.nowNs() - sight.sinceNs() >= limits.settleNs()
        && view.nowNs() - view.leadingSinceNs() >= limits.settleNs()
        && !view.stopping().contains(id)
        && view.roster().node(id).map(StorageNode::state).equals(Optional.of(NodeState.UP));
  }

  private boolean near(View view, NodeId id, Lead lead) {
    Optional<ReplicaStatus> replica =
        view.present(id, limits).flatMap(p -> p.replica(lead.status().group()));
    return replica
        .filter(r -> r.role() == ReplicaRole.FOLLOWER)
        .filter(r -> lead.status().committed() - r.applied() <= NEAR)
        .isPresent();
  }
}
