package io.hawser.storage.placement;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Storage nodes by hand: their disks, the groups' voters, and a leader of meta that does what the
 * planner says. A change of voters needs majorities of the old and the new ones, as in Raft. After
 * each step it is checked that no disk votes that lost what it had stored.
 */
final class PlacementWorld {
  static final Limits LIMITS =
      new Limits(
          3,
          TimeUnit.SECONDS.toNanos(5),
          TimeUnit.MINUTES.toNanos(10),
          TimeUnit.SECONDS.toNanos(10),
          80);
  static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  static final String CLUSTER = "c";

  static final class Node {
    final NodeId id;
    final String zone;
    String disk;
    String cluster = "";
    long capacity = 1_000_000;
    long used;
    boolean up = true;
    int port = 7600;

    /** Open replicas; what they hold is of this disk. */
    final Set<String> replicas = new TreeSet<>();

    /** Those of them that have stopped for good. */
    final Set<String> failed = new TreeSet<>();

    /** What it does not do. */
    final Set<Step.Asked> refuses = new HashSet<>();

    Node(String id, String zone) {
      this.id = new NodeId(id);
      this.zone = zone;
      this.disk = id + "-disk-1";
    }
  }

  final Map<NodeId, Node> nodes = new TreeMap<>();
  final Map<String, List<NodeId>> voters = new TreeMap<>();
  final Map<String, NodeId> leaders = new TreeMap<>();

  /** Of each group, the disks whose votes count. */
  final Map<String, Map<NodeId, String>> disks = new TreeMap<>();

  final List<Step> steps = new ArrayList<>();

  private final Planner planner = new Planner(LIMITS);
  private final Refusals refusals = new Refusals();
  private final Map<NodeId, Sight> sights = new HashMap<>();
  Roster roster;
  long nowNs = Long.MAX_VALUE - 30 * SECOND_NS;
  private long leadingSinceNs = nowNs;
  private int disksMade = 1;

  PlacementWorld(int shards) {
    Node first = add("n0", "z0");
    first.cluster = CLUSTER;
    roster =
        Rosters.first(
            CLUSTER,
            new StorageNode(
                first.id, first.disk, "h", first.port, "", "z0", first.capacity, NodeState.UP, 1),
            shards);
    for (var group : roster.groups()) {
      first.replicas.add(group.group());
      voters.put(group.group(), List.of(first.id));
      disks.put(group.group(), new TreeMap<>(Map.of(first.id, first.disk)));
      leaders.put(group.group(), first.id);
    }
  }

  @CanIgnoreReturnValue
  Node add(String id, String zone) {
    Node node = new Node(id, zone);
    nodes.put(node.id, node);
    return node;
  }

  Node node(String id) {
    return node(new NodeId(id));
  }

  Node node(NodeId id) {
    return requireNonNull(nodes.get(id));
  }

  List<NodeId> voters(String group) {
    return requireNonNull(voters.get(group));
  }

  Map<NodeId, String> disks(String group) {
    return requireNonNull(disks.get(group));
  }

  void wipe(Node node) {
    node.disk = node.id + "-disk-" + ++disksMade;
    node.cluster = "";
    node.replicas.clear();
  }

  void state(String id, NodeState state) {
    StorageNode node = roster.node(new NodeId(id)).orElseThrow();
    roster = Rosters.with(roster, node.with(state));
  }

  /** Whether a majority of these nodes is up with what they voted with. */
  private boolean majority(String group, List<NodeId> of) {
    long there = of.stream().filter(id -> votes(group, id)).count();
    return 2 * there > of.size();
  }

  private boolean votes(String group, NodeId id) {
    Node node = node(id);
    return node.up
        && node.replicas.contains(group)
        && !node.failed.contains(group)
        && node.disk.equals(disks(group).getOrDefault(id, ""));
  }

  private void elect() {
    for (String group : voters.keySet()) {
      NodeId leader = leaders.get(group);
      if (leader == null || !votes(group, leader) || !voters(group).contains(leader)) {
        leaders.remove(group);
        if (majority(group, voters(group))) {
          voters(group).stream()
              .filter(id -> votes(group, id))
              .findFirst()
              .ifPresent(id -> leaders.put(group, id));
        }
      }
    }
  }

  private Presence presence(Node node) {
    List<ReplicaStatus> replicas = new ArrayList<>();
    for (String group : node.replicas) {
      boolean leads = node.id.equals(leaders.get(group));
      replicas.add(
          new ReplicaStatus(
              group,
              role(node, group, leads),
              1,
              Optional.ofNullable(leaders.get(group)),
              10,
              10,
              leads ? voters(group) : List.of(),
              100,
              leads ? 7 : 0));
    }
    return new Presence(
        node.id,
        node.cluster,
        node.disk,
        "join",
        "h",
        node.port,
        "",
        node.zone,
        node.capacity,
        node.used,
        false,
        1,
        replicas);
  }

  private static ReplicaRole role(Node node, String group, boolean leads) {
    if (node.failed.contains(group)) {
      return ReplicaRole.FAILED;
    }
    return leads ? ReplicaRole.LEADER : ReplicaRole.FOLLOWER;
  }

  /** A second passes: who is up is heard, learns of its admission, and a step is taken. */
  @CanIgnoreReturnValue
  Step second() {
    nowNs += SECOND_NS;
    for (Node node : nodes.values()) {
      if (node.up && node.cluster.isEmpty()) {
        roster
            .node(node.id)
            .filter(n -> n.disk().equals(node.disk) && n.state() != NodeState.REMOVED)
            .ifPresent(n -> node.cluster = CLUSTER);
      }
    }
    elect();
    for (Node node : nodes.values()) {
      if (node.up) {
        Sight old = sights.get(node.id);
        boolean anew = old == null || nowNs - old.lastNs() > LIMITS.seenNs();
        sights.put(
            node.id, new Sight(presence(node), old == null || anew ? nowNs : old.sinceNs(), nowNs));
      }
    }
    if (!leaders.containsKey("meta")) {
      leadingSinceNs = nowNs;
      return new Step.Rest("meta has no leader");
    }
    Step step =
        planner.next(
            new View(
                roster,
                sights,
                Set.of(),
                leadingSinceNs,
                refusals.recent(nowNs),
                refusals.stubborn(nowNs),
                true,
                nowNs));
    steps.add(step);
    if (step.asks().stream().anyMatch(a -> node(a.node()).refuses.contains(a))) {
      refusals.refused(step, nowNs);
    } else {
      take(step);
      refusals.done(step);
    }
    check();
    return step;
  }

  private void take(Step step) {
    switch (step) {
      case Step.Commit commit -> {
        assertThat(commit.roster().epoch()).isEqualTo(roster.epoch() + 1);
        roster = commit.roster();
      }
      case Step.Open open -> open(open);
      case Step.Voters change -> change(change);
      case Step.Drop drop -> {
        Node node = node(drop.node());
        assertThat(voters(drop.group())).doesNotContain(drop.node());
        assertThat(drop.votersAt()).isPositive();
        if (node.up) {
          node.replicas.remove(drop.group());
          node.failed.remove(drop.group());
        }
      }
      case Step.Transfer transfer -> {
        assertThat(voters(transfer.group())).contains(transfer.to());
        if (votes(transfer.group(), transfer.to())) {
          leaders.put(transfer.group(), transfer.to());
        }
      }
      case Step.Rest ignored -> {}
    }
  }

  private void open(Step.Open open) {
    Node node = node(open.node());
    assertThat(voters(open.group()))
        .as("an empty replica of a voter would vote again in terms that it voted in")
        .doesNotContain(open.node());
    if (node.up && node.cluster.equals(CLUSTER)) {
      node.replicas.add(open.group());
    }
  }

  private void change(Step.Voters change) {
    String group = change.group();
    Map<NodeId, String> next = new TreeMap<>();
    for (NodeId id : change.voters()) {
      Node node = node(id);
      next.put(id, disks(group).getOrDefault(id, node.disk));
      if (!voters(group).contains(id) && !(node.up && node.replicas.contains(group))) {
        return;
      }
    }
    boolean oldOnes = majority(group, voters(group));
    if (!oldOnes || !leaders.containsKey(group)) {
      return;
    }
    disks(group).keySet().retainAll(change.voters());
    next.forEach((id, disk) -> disks(group).putIfAbsent(id, disk));
    voters.put(group, List.copyOf(change.voters()));
  }

  private void check() {
    voters.forEach(
        (group, now) -> {
          assertThat(now).doesNotHaveDuplicates().isNotEmpty();
          assertThat(now.size()).as("voters of %s: %s", group, now).isLessThanOrEqualTo(3);
          long whole = now.stream().filter(id -> holds(group, id)).count();
          assertThat(2 * whole)
              .as("%s: a majority of %s holds its data", group, now)
              .isGreaterThan(now.size() - 1);
        });
  }

  /** Whether a voter still has what it voted with, up or not. */
  private boolean holds(String group, NodeId id) {
    Node node = node(id);
    return node.replicas.contains(group) && node.disk.equals(disks(group).get(id));
  }

  /** Lets time pass until nothing is to be done any more. */
  void settle() {
    for (int i = 0; i < 3_000; i++) {
      if (second() instanceof Step.Rest rest && rest.why().equals("everything is in its place")) {
        return;
      }
    }
    throw new AssertionError(
        "it does not settle: " + steps.subList(Math.max(0, steps.size() - 5), steps.size()));
  }

  void seconds(int count) {
    for (int i = 0; i < count; i++) {
      second();
    }
  }
}
