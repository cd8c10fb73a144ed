package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import io.hawser.model.NodeId;
import io.hawser.storage.log.LogFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A proposed entry until it is decided. Ends once; who comes second is ignored. Thread-safe.
 *
 * @param <R> what the machine answers
 */
final class Proposal<R> implements Closure {
  private final Promise<R> promise = Promise.promise();
  private final int bytes;
  private final Supplier<Optional<NodeId>> leader;

  Proposal(int bytes, Supplier<Optional<NodeId>> leader) {
    this.bytes = bytes;
    this.leader = leader;
  }

  int bytes() {
    return bytes;
  }

  Future<R> future() {
    return promise.future();
  }

  void applied(R result) {
    promise.tryComplete(result);
  }

  void fail(LogFailure failure) {
    promise.tryFail(failure);
  }

  @Override
  public void run(Status status) {
    if (!status.isOk()) {
      fail(failure(status));
    } else {
      // The machine's result came first; without one the entry was skipped as applied before.
      fail(new LogFailure.LostLeadership("applied before it was proposed"));
    }
  }

  /**
   * Only what JRaft says before it takes an entry is a refusal; everything else, and above all what
   * it says to what it had taken, leaves open whether the entry will be committed. It uses one code
   * for both, so that the words must tell.
   */
  private LogFailure failure(Status status) {
    String words = String.valueOf(status.getErrorMsg());
    return switch (status.getRaftError()) {
      case EPERM ->
          words.equals("Is not leader.")
              ? new LogFailure.NotLeading(leader.get())
              : new LogFailure.LostLeadership(words);
      case EBUSY ->
          words.startsWith("Is transferring")
              ? new LogFailure.NotLeading(Optional.empty())
              : new LogFailure.Overloaded(words);
      case ENODESHUTDOWN -> new LogFailure.Stopped(words, false);
      case ESTATEMACHINE, EIO -> new LogFailure.Stopped(words, true);
      default -> new LogFailure.LostLeadership(words);
    };
  }
}
