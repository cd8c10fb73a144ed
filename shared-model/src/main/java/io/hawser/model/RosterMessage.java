package io.hawser.model;

import java.util.List;
import java.util.Optional;

/**
 * What storage nodes tell one another of themselves and of who holds what. The {@link Roster} is
 * committed in the group {@code meta}; everything else here is soft.
 */
public sealed interface RosterMessage extends HawserMessage {
  /** The key of {@code meta} that holds the roster, in the wire form. */
  String ROSTER_KEY = "sys/roster";

  /** How a storage node stands. */
  enum NodeState {
    /** Admitted; it does not know it yet. */
    JOINING,
    UP,
    /** What it holds moves away. */
    DRAINING,
    /** It holds nothing and gets nothing, until an operator adds it again. */
    REMOVED
  }

  /**
   * A storage node as the cluster knows it.
   *
   * @param disk the identity of what it has stored: another one under the same id is another node
   * @param host where its Raft port is
   * @param level the highest {@link StorageOp} level that it applies
   */
  @Wire(254)
  record StorageNode(
      NodeId id,
      String disk,
      String host,
      int port,
      String apiUrl,
      String zone,
      long capacityBytes,
      NodeState state,
      int level) {
    public StorageNode with(NodeState next) {
      return new StorageNode(id, disk, host, port, apiUrl, zone, capacityBytes, next, level);
    }
  }

  /**
   * Who holds a group.
   *
   * @param replicas who should lead first
   */
  @Wire(255)
  record GroupReplicas(String group, List<NodeId> replicas) {
    public GroupReplicas {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * The storage nodes of a cluster, where the groups are, and which registry nodes a quorum of
   * observers is counted against.
   *
   * @param cluster the cluster's identity
   * @param epoch rises with every change
   */
  @Wire(256)
  record Roster(
      String cluster,
      long epoch,
      List<StorageNode> nodes,
      List<GroupReplicas> groups,
      List<NodeId> registry)
      implements RosterMessage {
    public Roster {
      nodes = List.copyOf(nodes);
      groups = List.copyOf(groups);
      registry = List.copyOf(registry);
    }

    public Optional<StorageNode> node(NodeId id) {
      return nodes.stream().filter(n -> n.id().equals(id)).findFirst();
    }

    /** Who holds a group; empty when there is no such group. */
    public List<NodeId> replicas(String group) {
      return groups.stream()
          .filter(g -> g.group().equals(group))
          .findFirst()
          .map(GroupReplicas::replicas)
          .orElse(List.of());
    }
  }

  /** What a replica does in its group. */
  enum ReplicaRole {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LEARNER,
    /** No voter yet, or no more. */
    OUTSIDE,
    /** It stopped itself, and says why in the log of its node. */
    FAILED
  }

  /**
   * How a replica is.
   *
   * @param voters as this replica knows them
   * @param votersAt the index of the log entry that made them the voters, when it is committed; 0
   *     when that is not known, or they are being changed
   */
  @Wire(257)
  record ReplicaStatus(
      String group,
      ReplicaRole role,
      long term,
      Optional<NodeId> leader,
      long committed,
      long applied,
      List<NodeId> voters,
      long bytes,
      long votersAt) {
    public ReplicaStatus {
      voters = List.copyOf(voters);
    }
  }

  /**
   * How a storage node is, as it says itself.
   *
   * @param cluster empty as long as it belongs to none
   * @param disk see {@link StorageNode}
   * @param wish its {@code storage.bootstrap}
   * @param usedBytes of its capacity
   * @param full whether its disk takes no more puts
   */
  @Wire(258)
  record Presence(
      NodeId node,
      String cluster,
      String disk,
      String wish,
      String host,
      int port,
      String apiUrl,
      String zone,
      long capacityBytes,
      long usedBytes,
      boolean full,
      int level,
      List<ReplicaStatus> replicas)
      implements RosterMessage {
    public Presence {
      replicas = List.copyOf(replicas);
    }

    public Optional<ReplicaStatus> replica(String group) {
      return replicas.stream().filter(r -> r.group().equals(group)).findFirst();
    }
  }

  /**
   * One storage node to another, answered by {@link Met}.
   *
   * @param epoch of the roster that the sender has; 0 for none
   * @param roster when the receiver's is older, as far as the sender knows
   */
  @Wire(259)
  record Meet(Presence presence, long epoch, Optional<Roster> roster) implements RosterMessage {}

  /**
   * @param roster when the sender's is older
   */
  @Wire(239)
  record Met(Presence presence, long epoch, Optional<Roster> roster) implements RosterMessage {}

  /** Asks a storage node for its roster, answered by {@link RosterTold}. */
  @Wire(218)
  record AskRoster(long haveEpoch) implements RosterMessage {}

  /**
   * @param roster when it is newer than the asker's
   */
  @Wire(219)
  record RosterTold(Optional<Roster> roster) implements RosterMessage {}

  /** What a node does to a replica of its own. */
  enum OrderVerb {
    /** Has an empty replica, which waits to become a voter. */
    OPEN,
    /** Gives up a replica that is no voter any more, with all that it stored. */
    DROP,
    /** As the leader: makes the named nodes the voters. */
    VOTERS,
    /** As the leader: has the first of the named nodes lead. */
    TRANSFER
  }

  /**
   * What the leader of {@code meta} has a node do, answered by {@link Ordered}.
   *
   * @param disk the order is for this one alone
   * @param epoch of the roster that the order follows from
   * @param votersAt for DROP: the index of a committed entry of the group that left this node out;
   *     who knows of no later one is no voter, whatever its own log says
   */
  @Wire(216)
  record Order(
      String cluster,
      String disk,
      long epoch,
      OrderVerb verb,
      String group,
      List<NodeId> nodes,
      long votersAt)
      implements RosterMessage {
    public Order {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * @param refusal why it was not done; empty when it was, or goes on
   * @param presence how the node is now
   */
  @Wire(217)
  record Ordered(String refusal, Presence presence) implements RosterMessage {}
}
