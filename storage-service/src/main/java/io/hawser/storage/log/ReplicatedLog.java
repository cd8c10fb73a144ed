package io.hawser.storage.log;

import io.hawser.model.NodeId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Set;

/**
 * One group's log on this node. Thread-safe; no call blocks. Futures complete on the caller's
 * context, or on a worker when it has none, and fail with a {@link LogFailure}.
 *
 * @param <R> what the machine answers to an entry
 */
public interface ReplicatedLog<R> {
  /**
   * Adds an entry to the log of the group.
   *
   * @return the machine's result, once a majority has the entry on disk and it is applied here.
   *     Fails with {@link LogFailure.NotLeading} or {@link LogFailure.Overloaded}: nothing was
   *     done. With {@link LogFailure.LostLeadership}: it is unknown. Has no time-out of its own:
   *     while this replica leads without a majority it waits, until it steps down.
   */
  default Future<R> propose(Buffer entry) {
    return propose(entry, 0);
  }

  /**
   * As {@link #propose(Buffer)}, but only while this replica leads in that term: for what was
   * decided on as its leader. In another term it fails with {@link LogFailure.NotLeading}, and
   * nothing was done.
   *
   * @param term 0 for any
   */
  Future<R> propose(Buffer entry, long term);

  /**
   * Makes sure that a read of the machine, begun after this completes, sees everything that was
   * acknowledged before this call. A majority confirms it; no clock is trusted.
   *
   * @return the index that is applied here at least. Fails within about a second: {@link
   *     LogFailure.NoQuorum}, or {@link LogFailure.NotLeading} when the leader is not known. Works
   *     on followers too, through the leader.
   */
  Future<Long> readBarrier();

  /** How the replica is. Never blocks. */
  LogStatus status();

  /**
   * Changes the voters of the group, on its leader. New ones first catch up; then old and new
   * majorities decide together, then the new one alone (joint consensus, Raft §6). The leader may
   * remove itself.
   */
  Future<Void> changeVoters(Set<NodeId> voters);

  /**
   * Hands leadership to another voter. Completes when it has been asked to take over; who leads
   * then is seen in {@link #status}. Fails when this replica does not lead or the other lags.
   */
  Future<Void> transferTo(NodeId node);

  /**
   * Takes a snapshot now, unless nothing was applied since the last one. The log keeps what comes
   * after the snapshot before: it is shortened up to there only, so that followers that lag a
   * little need no snapshot.
   */
  Future<Void> snapshot();

  /**
   * Makes this replica believe that these are the voters. For the case that a majority is lost for
   * good: what only the lost replicas had is gone, and two such groups may exist side by side.
   */
  Future<Void> resetVoters(Set<NodeId> voters);

  /** Stops the replica. What was proposed and is not decided ends as {@link LogFailure.Stopped}. */
  Future<Void> close();
}
