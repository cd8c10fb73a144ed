package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import io.hawser.model.NodeId;
import io.hawser.storage.log.LogFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A proposed entry until it is decided. Ends once; who comes second is ignored, and nothing that
 * its listeners do reaches who ends it. Thread-safe.
 *
 * @param <R> what the machine answers
 */
final class Proposal<R> implements Closure {
  private final Promise<R> promise = Promise.promise();
  private final int bytes;
  private final Supplier<Optional<NodeId>> leader;
  private final Delivery delivery;
  private final AtomicBoolean decided = new AtomicBoolean();
  private volatile Runnable onDecided = () -> {};

  Proposal(int bytes, Supplier<Optional<NodeId>> leader, Delivery delivery) {
    this.bytes = bytes;
    this.leader = leader;
    this.delivery = delivery;
  }

  /** What is to be done at once when it ends. Before it is handed to anybody. */
  void onDecided(Runnable action) {
    onDecided = action;
  }

  int bytes() {
    return bytes;
  }

  Future<R> future() {
    return promise.future();
  }

  void applied(R result) {
    decide(() -> promise.complete(result));
  }

  void fail(LogFailure failure) {
    decide(() -> promise.fail(failure));
  }

  private void decide(Runnable outcome) {
    if (decided.compareAndSet(false, true)) {
      onDecided.run();
      delivery.tell(outcome);
    }
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
          words.equals("Is not leader.") || words.startsWith("expected_term=")
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
