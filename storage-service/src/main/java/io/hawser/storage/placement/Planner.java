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
 * What a node has refused lately is passed over. A place that a node was given and does not take,
 * as it refuses again and again, fails or drains, goes to another one.
 *
 * <p>Pure.
 */
public final class Planner {
  /** A follower that lacks more entries than this is given no group to lead. */
  private static final long NEAR = 1_000;

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
    List<Step> admissions = admission.steps(view);
    return admissions.stream()
        .filter(view::open)
        .findFirst()
        .or(() -> settle(view).filter(view::open))
        .or(() -> drop(view))
        .or(() -> admissions.stream().filter(Step.Rest.class::isInstance).findFirst())
        .or(() -> settle(view))
        .or(() -> moves.next(view, inPlace(view)))
        .or(() -> remove(view))
        .or(() -> lead(view))
        .orElseGet(() -> rest(view));
  }

  private Step rest(View view) {
    boolean all = inPlace(view).containsAll(view.groups());
    return new Step.Rest(
        all ? "everything is in its place" : "what was refused is asked for again later");
  }

  /**
   * Brings the groups to what the roster has. One that has to wait holds up no other, and one for
   * which a node refused what is needed not even their moves.
   */
  private Optional<Step> settle(View view) {
    Optional<Step> waits = Optional.empty();
    for (String group : view.groups()) {
      Optional<Step> step = settle(view, group);
      if (step.filter(view::open).isPresent()) {
        return step;
      }
      waits = waits.or(() -> step.filter(Step.Rest.class::isInstance));
    }
    return waits;
  }

  private Optional<Step> settle(View view, String group) {
    return view.lead(group, limits)
        .map(lead -> settle(view, group, lead))
        .orElseGet(() -> Optional.of(new Step.Rest(group + " has no leader")));
  }

  private List<String> inPlace(View view) {
    return view.groups().stream().filter(group -> settle(view, group).isEmpty()).toList();
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
        .map(n -> (Step) new Step.Drop(n.id(), group, lead.status().votersAt()))
        .filter(view::open)
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
      if (unfit(view, id, group)) {
        Optional<Step> instead = moves.instead(view, group, id);
        if (instead.isPresent()) {
          return instead.get();
        }
      }
      if (present.get().replica(group).isEmpty()) {
        return new Step.Open(id, group);
      }
    }
    List<NodeId> newcomers = target.stream().filter(id -> !lead.voters().contains(id)).toList();
    return new Step.Voters(lead.node(), group, target, newcomers);
  }

  /** Whether a node that is there will not get the replica that it was given a place for. */
  private boolean unfit(View view, NodeId id, String group) {
    return view.failed(id, group, limits)
        || !view.fit(id, group)
        || view.roster().node(id).filter(n -> n.state() == NodeState.DRAINING).isPresent();
  }

  private Optional<Step> remove(View view) {
    Roster roster = view.roster();
    return roster.nodes().stream()
        .filter(n -> n.state() == NodeState.DRAINING)
        .filter(n -> roster.groups().stream().noneMatch(g -> g.replicas().contains(n.id())))
        .filter(n -> view.groups().stream().allMatch(g -> votesNot(view, n.id(), g)))
        .findFirst()
        .map(
            n ->
                new Step.Commit(
                    Rosters.with(roster, n.with(NodeState.REMOVED)), n.id() + " is drained"));
  }

  private boolean votesNot(View view, NodeId id, String group) {
    return view.lead(group, limits).filter(lead -> !lead.voters().contains(id)).isPresent();
  }

  private Optional<Step> lead(View view) {
    if (!view.transferable()) {
      return Optional.empty();
    }
    for (String group : inPlace(view)) {
      NodeId preferred = view.roster().replicas(group).getFirst();
      Optional<Lead> lead = view.lead(group, limits).filter(l -> !l.node().equals(preferred));
      if (lead.isPresent() && settled(view, preferred) && near(view, preferred, lead.get())) {
        Step transfer = new Step.Transfer(lead.get().node(), group, preferred);
        if (view.open(transfer)) {
          return Optional.of(transfer);
        }
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
