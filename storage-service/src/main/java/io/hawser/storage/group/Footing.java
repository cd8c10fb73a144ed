package io.hawser.storage.group;

import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.ReplicatedLog;
import java.util.concurrent.TimeUnit;

/**
 * Whether a replica is in a position to answer: it is a part of its group, and hears its leader.
 * Owned by the host's context.
 */
final class Footing {
  /** One that hears no leader for longer ends the waits for changes: others may hear one. */
  private static final long SILENT_NS = TimeUnit.SECONDS.toNanos(2);

  private final ReplicatedLog<?> log;
  private boolean failed;
  private long followedNs;

  Footing(ReplicatedLog<?> log, long nowNs) {
    this.log = log;
    this.followedNs = nowNs;
  }

  /** The replica has stopped for good. */
  void failed() {
    failed = true;
  }

  boolean hasFailed() {
    return failed;
  }

  /** Whether what is here is, or was, the group's: old it may be. */
  boolean member() {
    return !failed && log.status().role() != LogStatus.Role.OUTSIDE;
  }

  /** Whether news come here: a replica that hears no leader would let a wait pass in silence. */
  boolean follows(long nowNs) {
    boolean follows =
        !failed
            && switch (log.status().role()) {
              case LEADER, FOLLOWER, LEARNER -> true;
              case CANDIDATE, OUTSIDE, FAILED, CLOSED -> false;
            };
    followedNs = follows ? nowNs : followedNs;
    return follows;
  }

  /** Whether no news have come for too long. Asked often, while somebody waits for them. */
  boolean silent(long nowNs) {
    return !follows(nowNs) && nowNs - followedNs > SILENT_NS;
  }

  /**
   * What the replica is to others.
   *
   * @param leading whether it can do what leaders do
   */
  ReplicaRole role(LogStatus status, boolean leading) {
    if (hasFailed()) {
      return ReplicaRole.FAILED;
    }
    return switch (status.role()) {
      case LEADER -> leading ? ReplicaRole.LEADER : ReplicaRole.CANDIDATE;
      case FOLLOWER -> ReplicaRole.FOLLOWER;
      case CANDIDATE -> ReplicaRole.CANDIDATE;
      case LEARNER -> ReplicaRole.LEARNER;
      case OUTSIDE -> ReplicaRole.OUTSIDE;
      case FAILED, CLOSED -> ReplicaRole.FAILED;
    };
  }
}
