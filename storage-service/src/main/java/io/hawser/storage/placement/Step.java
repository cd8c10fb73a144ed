package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.OrderVerb;
import io.hawser.model.RosterMessage.Roster;
import java.util.List;

/** What the leader of {@code meta} does next. One at a time: the next follows from its outcome. */
public sealed interface Step {
  /** A node and what it is asked to do for a group. */
  record Asked(OrderVerb verb, NodeId node, String group) {}

  /** What a node may refuse of it, or for whose sake it may fail. */
  default List<Asked> asks() {
    return List.of();
  }

  /** Commits a roster in place of the one with the epoch before. */
  record Commit(Roster roster, String why) implements Step {}

  /** Has a node open an empty replica. */
  record Open(NodeId node, String group) implements Step {
    @Override
    public List<Asked> asks() {
      return List.of(new Asked(OrderVerb.OPEN, node, group));
    }
  }

  /**
   * Has the group's leader make these the voters.
   *
   * @param newcomers those of them that are to catch up before
   */
  record Voters(NodeId leader, String group, List<NodeId> voters, List<NodeId> newcomers)
      implements Step {
    public Voters {
      voters = List.copyOf(voters);
      newcomers = List.copyOf(newcomers);
    }

    /** One that does not catch up fails it, and not its leader. */
    @Override
    public List<Asked> asks() {
      List<NodeId> whose = newcomers.isEmpty() ? List.of(leader) : newcomers;
      return whose.stream().map(id -> new Asked(OrderVerb.VOTERS, id, group)).toList();
    }
  }

  /**
   * Has a node give up a replica that is no voter.
   *
   * @param votersAt the index of the committed entry that left it out
   */
  record Drop(NodeId node, String group, long votersAt) implements Step {
    @Override
    public List<Asked> asks() {
      return List.of(new Asked(OrderVerb.DROP, node, group));
    }
  }

  /** Has the group's leader hand over. */
  record Transfer(NodeId leader, String group, NodeId to) implements Step {
    @Override
    public List<Asked> asks() {
      return List.of(new Asked(OrderVerb.TRANSFER, leader, group));
    }
  }

  /** Nothing can or need be done now. */
  record Rest(String why) implements Step {}
}
