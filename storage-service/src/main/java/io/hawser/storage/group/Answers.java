package io.hawser.storage.group;

import io.hawser.catalog.Refused;
import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.storage.log.LogFailure;
import io.vertx.core.Future;
import java.util.Optional;

/** The answers of a group that cannot do what it is asked. */
public final class Answers {
  static final long RETRY_MS = 50;

  private Answers() {}

  /** This node has no replica of the group. */
  public static Content notHere() {
    return new Unavailable(Unavailable.NOT_HERE);
  }

  static Content unknown() {
    return new Unavailable(Unavailable.LOST_LEADERSHIP);
  }

  static Content stopping() {
    return new Unavailable(Unavailable.STOPPING);
  }

  static Content noQuorum() {
    return new Unavailable(Unavailable.NO_QUORUM);
  }

  static Content notLeading(Optional<NodeId> leader) {
    return new NotLeader(leader);
  }

  static Content overloaded() {
    return new Overloaded(RETRY_MS);
  }

  /** The request itself is wrong: asking again, or elsewhere, is of no use. */
  static <T> Future<T> refused(String code, String why) {
    return Future.failedFuture(new Refused(code, why));
  }

  /** What a failure of the log means to who asks; a failure of anything else stays one. */
  static Future<Content> of(Throwable failure) {
    return failure instanceof LogFailure log
        ? Future.succeededFuture(of(log))
        : Future.failedFuture(failure);
  }

  /** As {@link #of}, of a change that was on its way: what is not known may have happened. */
  static Content content(Throwable failure) {
    return failure instanceof LogFailure log ? of(log) : unknown();
  }

  private static Content of(LogFailure failure) {
    return switch (failure) {
      case LogFailure.NotLeading not -> notLeading(not.leader());
      case LogFailure.LostLeadership ignored -> unknown();
      case LogFailure.NoQuorum ignored -> noQuorum();
      case LogFailure.Overloaded ignored -> overloaded();
      case LogFailure.Refused refused -> new Unavailable(String.valueOf(refused.getMessage()));
      case LogFailure.Stopped stopped -> stopped.unknown() ? unknown() : stopping();
    };
  }
}
