package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Roster;
import java.util.List;

/** What the leader of {@code meta} does next. One at a time: the next follows from its outcome. */
public sealed interface Step {
  /** Commits a roster in place of the one with the epoch before. */
  record Commit(Roster roster, String why) implements Step {}

  /** Has a node open an empty replica. */
  record Open(NodeId node, String group) implements Step {}

  /** Has the group's leader make these the voters. */
  record Voters(NodeId leader, String group, List<NodeId> voters) implements Step {
    public Voters {
      voters = List.copyOf(voters);
    }
  }

  /**
   * Has a node give up a replica that is no voter.
   *
   * @param votersAt the index of the committed entry that left it out
   */
  record Drop(NodeId node, String group, long votersAt) implements Step {}

  /** Has the group's leader hand over. */
  record Transfer(NodeId leader, String group, NodeId to) implements Step {}

  /** Nothing can or need be done now. */
  record Rest(String why) implements Step {}
}
