package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.PeerId;
import io.hawser.model.NodeId;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.transport.Peers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * What a replica is told to do besides its log: who votes, who leads, when it is saved. JRaft does
 * that on the caller's thread under the lock of the group, so a worker does it. Thread-safe.
 */
final class Orders {
  private final GuardedNode node;
  private final GuardedStorage storage;
  private final FirstSnapshots first;
  private final Executor workers;
  private final Supplier<Optional<LogFailure>> stopped;
  private final Supplier<Optional<NodeId>> leader;

  /**
   * @param stopped why nothing works any more, if so
   * @param leader who leads, when it is another replica
   */
  Orders(
      Replica.Parts<?> parts,
      Supplier<Optional<LogFailure>> stopped,
      Supplier<Optional<NodeId>> leader) {
    this.node = parts.node();
    this.storage = parts.storage();
    this.first = parts.first();
    this.workers = parts.workers();
    this.stopped = stopped;
    this.leader = leader;
  }

  Future<Void> changeVoters(Set<NodeId> voters) {
    Outcome changed = new Outcome();
    onWorker(changed, () -> change(voters, changed));
    return changed.future();
  }

  private void change(Set<NodeId> voters, Outcome changed) {
    if (first.pending() && !present().containsAll(voters)) {
      changed.fail(
          new LogFailure.Refused(
              "the group was restored, and who joins would lack its data until its first snapshots"
                  + " are taken: try again soon"));
      return;
    }
    node.changePeers(
        Peers.configuration(voters),
        status -> {
          // A leader that removes itself may be told of that before it is told "done".
          if (status.isOk() || settledOn(voters)) {
            changed.done();
          } else {
            changed.fail(failure(status));
          }
        });
  }

  private Set<NodeId> present() {
    ConfigurationEntry known = storage.configuration();
    if (known == null) {
      return Set.of();
    }
    Set<NodeId> present = new HashSet<>(Peers.nodes(known.getConf().getPeers()));
    present.addAll(Peers.nodes(known.getOldConf().getPeers()));
    return present;
  }

  private boolean settledOn(Set<NodeId> voters) {
    ConfigurationEntry known = storage.configuration();
    return known != null
        && known.isStable()
        && known.getId().getIndex() <= node.committed()
        && Peers.nodes(known.getConf().getPeers()).equals(voters);
  }

  Future<Void> transferTo(NodeId to) {
    PeerId peer = Peers.peer(to);
    return asked(() -> node.transferLeadershipTo(peer));
  }

  Future<Void> resetVoters(Set<NodeId> voters) {
    return asked(() -> node.resetPeers(Peers.configuration(voters)));
  }

  Future<Void> snapshot() {
    Outcome taken = new Outcome();
    onWorker(taken, () -> node.snapshot(status -> settle(taken, status)));
    return taken.future();
  }

  private Future<Void> asked(Supplier<Status> question) {
    Outcome answered = new Outcome();
    onWorker(answered, () -> settle(answered, question.get()));
    return answered.future();
  }

  private void settle(Outcome outcome, Status status) {
    if (status.isOk()) {
      outcome.done();
    } else {
      outcome.fail(failure(status));
    }
  }

  private LogFailure failure(Status status) {
    String words = String.valueOf(status.getErrorMsg());
    boolean leads = node.getNodeState() == State.STATE_LEADER;
    return switch (status.getRaftError()) {
      case EPERM, ELEADERREMOVED, ENEWLEADER ->
          leads ? new LogFailure.Refused(words) : new LogFailure.NotLeading(leader.get());
      default -> new LogFailure.Refused(words);
    };
  }

  private void onWorker(Outcome outcome, Runnable task) {
    Optional<LogFailure> why = stopped.get();
    if (why.isPresent()) {
      outcome.fail(why.get());
      return;
    }
    try {
      workers.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              outcome.fail(new LogFailure.Refused(String.valueOf(e.getMessage())));
            }
          });
    } catch (RejectedExecutionException e) {
      outcome.fail(new LogFailure.Stopped("the engine is closed", false));
    }
  }

  /** What came of an order, told to the one who gave it and not on a thread of JRaft's. */
  private final class Outcome {
    private final Promise<Void> promise = Promise.promise();
    private final Delivery delivery = Delivery.here(workers);

    void done() {
      delivery.tell(promise::tryComplete);
    }

    void fail(LogFailure failure) {
      delivery.tell(() -> promise.tryFail(failure));
    }

    Future<Void> future() {
      return promise.future();
    }
  }
}
