package io.hawser.storage.log;

import io.vertx.core.Future;

/** Opens the groups of this node. Thread-safe. */
public interface LogEngine {
  /**
   * Opens a group's replica and starts it. Blocks while it reads its log: call it on a worker.
   *
   * @throws LogFailure.Refused when the group is open here
   * @throws LogFailure.Stopped when the replica must not start: its log is corrupt, or is missing
   *     although it has voted before
   */
  <R> ReplicatedLog<R> open(GroupConfig config, LogMachine<R> machine);

  /** The port that other nodes reach this one at. */
  int port();

  /** Closes all groups, then the transport. */
  Future<Void> close();
}
