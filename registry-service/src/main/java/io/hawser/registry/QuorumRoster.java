package io.hawser.registry;

import io.hawser.bus.client.CommittedRoster;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.DetectionMessage.RosterMark;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage;
import io.hawser.model.StorageMessage;
import io.hawser.node.Roster;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry nodes that quorums are counted against: those that storage has committed, in which
 * this node enters itself, and those that registry nodes have told one another of and that are not
 * committed yet. So a node counts from when it is heard of, before storage is there and without
 * any, and until an operator takes it out. More than there are can only make verdicts fewer. When
 * the settings pin the roster, it is that. On one event loop.
 */
final class QuorumRoster implements Roster {
  private static final Logger log = LoggerFactory.getLogger(QuorumRoster.class);
  private static final long ENTER_MS = 2_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final NodeId self;
  private final LearnedRoster learned;
  private final CommittedRoster committed;
  private final StorageClient storage;
  private boolean entering;
  private String refusal = "";

  private QuorumRoster(
      NodeId self, LearnedRoster learned, CommittedRoster committed, StorageClient storage) {
    this.self = self;
    this.learned = learned;
    this.committed = committed;
    this.storage = storage;
  }

  /**
   * Reads what this node knew when it stopped, and enters it where it is not.
   *
   * @param onChange called when other nodes may count
   */
  static Future<QuorumRoster> open(Vertx vertx, ServiceContext services, Runnable onChange) {
    NodeId self = services.members().self().id();
    CommittedRoster committed =
        new CommittedRoster(vertx, services.bus(), services.members(), services.dataDir());
    StorageClient storage =
        new StorageClient(vertx, services.bus(), services.members(), services.time());
    committed.onChange(roster -> onChange.run());
    return LearnedRoster.open(
            vertx,
            services.dataDir(),
            services.settings().get(RegistryModule.ROSTER),
            self,
            services.time().wallMs())
        .compose(
            learned -> {
              QuorumRoster roster = new QuorumRoster(self, learned, committed, storage);
              return committed.start().map(roster);
            })
        .onSuccess(
            roster -> {
              long unused = vertx.setPeriodic(ENTER_MS, timer -> roster.enter());
            });
  }

  @Override
  public Set<NodeId> members() {
    if (learned.pinned()) {
      return learned.members();
    }
    Set<NodeId> members = new TreeSet<>(committed.registryNodes());
    members.addAll(learned.members());
    return members;
  }

  @Override
  public String source() {
    if (learned.pinned()) {
      return "pinned";
    }
    Set<NodeId> other = new TreeSet<>(learned.members());
    other.removeAll(committed.registryNodes());
    if (committed.registryNodes().isEmpty()) {
      return "learned";
    }
    return other.isEmpty() ? "committed" : "committed, and not yet " + other;
  }

  /** What to tell other nodes. */
  List<RosterMark> marks() {
    return learned.marks();
  }

  /** Takes in what another node knows. Returns whether anything is new. */
  boolean merge(List<RosterMark> marks, long wallMs) {
    return learned.merge(marks, wallMs);
  }

  /** An operator has taken a node out. Returns whether it was known here. */
  boolean forget(NodeId node) {
    return learned.forget(node);
  }

  /** This node is about to stop in good order. */
  Future<Void> leave(long wallMs) {
    entering = true;
    return learned.leave(wallMs);
  }

  /** Has storage commit this node, unless it has, or there is none. */
  private void enter() {
    boolean lacking =
        committed.current().map(RosterMessage.Roster::registry).stream()
            .anyMatch(nodes -> !nodes.contains(self));
    if (entering || !lacking) {
      return;
    }
    entering = true;
    Future<?> unused =
        storage
            .operate(
                StorageMessage.META, StorageMessage.ENTER_REGISTRY, List.of(self.value()), TIMEOUT)
            .onComplete(
                (outcome, failure) -> {
                  entering = false;
                  entered(failure == null ? outcome : new Outcome.Unknown<>(failure.toString()));
                });
  }

  private void entered(Outcome<String> outcome) {
    if (outcome instanceof Outcome.Ok) {
      log.info("registry node entered in the committed roster node={}", self);
    } else if (!outcome.toString().equals(refusal)) {
      refusal = outcome.toString();
      log.warn("registry node not in the committed roster yet node={} outcome={}", self, outcome);
    }
  }
}
