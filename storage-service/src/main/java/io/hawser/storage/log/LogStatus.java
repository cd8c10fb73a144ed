package io.hawser.storage.log;

import io.hawser.model.NodeId;
import java.util.Optional;
import java.util.Set;

/**
 * How one replica of a group is.
 *
 * @param leader as far as this replica knows
 * @param committed the last entry known to be committed
 * @param applied the last entry that the machine has applied
 * @param votersAt the index of the entry that made these the voters, or of the snapshot that has
 *     them; 0 when there is none
 * @param votersDecided whether that entry is committed as far as this replica knows, and no change
 *     goes on
 * @param logBytes size of the log on disk, about
 * @param failure why the replica has stopped, when it has
 */
public record LogStatus(
    Role role,
    long term,
    Optional<NodeId> leader,
    long committed,
    long applied,
    Set<NodeId> voters,
    Set<NodeId> learners,
    long votersAt,
    boolean votersDecided,
    long logBytes,
    Optional<String> failure) {

  /**
   * What a replica is in its group. {@code OUTSIDE}: no voter and no learner (yet, or any more).
   */
  public enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LEARNER,
    OUTSIDE,
    FAILED,
    CLOSED
  }

  public LogStatus {
    voters = Set.copyOf(voters);
    learners = Set.copyOf(learners);
  }
}
