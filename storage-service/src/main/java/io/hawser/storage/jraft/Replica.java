package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.Task;
import io.hawser.model.NodeId;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.LogStatus.Role;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.transport.Peers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One group's replica on JRaft. Thread-safe; what JRaft would do on the caller's thread under its
 * lock is handed to a worker.
 */
final class Replica<R> implements ReplicatedLog<R> {
  private static final Logger log = LoggerFactory.getLogger(Replica.class);

  /** Half of what a frame of the transport may have. */
  private static final int MAX_ENTRY_BYTES = 8 * 1024 * 1024;

  private static final long JOIN_MS = 15_000;

  /** What JRaft calls no expected term. */
  private static final long ANY_TERM = -1;

  private final Vertx vertx;
  private final GroupConfig config;
  private final LogTuning tuning;
  private final GuardedNode node;
  private final GuardedStorage storage;
  private final MachineAdapter<R> machine;
  private final Executor workers;
  private final Orders orders;
  private final Runnable onClosed;
  private final Set<Proposal<R>> undecided = ConcurrentHashMap.newKeySet();
  private final AtomicLong queuedEntries = new AtomicLong();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final Promise<Void> closing = Promise.promise();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long logBytes;
  private volatile @Nullable Parties parties;

  private record Parties(
      @Nullable ConfigurationEntry of, Set<NodeId> voters, Set<NodeId> learners) {}

  /** What a replica is made of. */
  record Parts<R>(
      GuardedNode node,
      GuardedStorage storage,
      MachineAdapter<R> machine,
      FirstSnapshots first,
      Executor workers,
      Runnable onClosed) {}

  Replica(Vertx vertx, GroupConfig config, LogTuning tuning, Parts<R> parts) {
    this.vertx = vertx;
    this.config = config;
    this.tuning = tuning;
    this.node = parts.node();
    this.storage = parts.storage();
    this.machine = parts.machine();
    this.workers = parts.workers();
    this.orders = new Orders(parts, this::stopped, this::otherLeader);
    this.onClosed = parts.onClosed();
  }

  GuardedNode node() {
    return node;
  }

  GroupConfig config() {
    return config;
  }

  MachineAdapter<R> machine() {
    return machine;
  }

  long queued() {
    return queuedEntries.get();
  }

  /** Counts the bytes of the log. Reads the disk. */
  void weigh() {
    logBytes = new ReplicaFiles(config.directory()).logBytes();
  }

  /** Why nothing works here any more, if so. */
  Optional<LogFailure> stopped() {
    if (closed.get()) {
      return Optional.of(new LogFailure.Stopped("closed", false));
    }
    return machine.failure().map(e -> new LogFailure.Stopped(e.toString(), false));
  }

  @Override
  public Future<R> propose(Buffer entry, long term) {
    Optional<LogFailure> stopped = stopped();
    if (stopped.isPresent()) {
      return Future.failedFuture(stopped.get());
    }
    if (entry.length() == 0 || entry.length() > MAX_ENTRY_BYTES) {
      return Future.failedFuture(
          new LogFailure.Refused("an entry has 1 to " + MAX_ENTRY_BYTES + " bytes"));
    }
    if (node.getNodeState() != State.STATE_LEADER) {
      return Future.failedFuture(new LogFailure.NotLeading(otherLeader()));
    }
    Proposal<R> proposal =
        new Proposal<>(entry.length(), this::otherLeader, Delivery.here(workers));
    if (!enqueued(proposal)) {
      return Future.failedFuture(
          new LogFailure.Overloaded("too many entries wait in group " + config.group()));
    }
    try {
      long expected = term == 0 ? ANY_TERM : term;
      node.apply(new Task(ByteBuffer.wrap(entry.getBytes()), proposal, expected));
    } catch (IllegalStateException e) {
      proposal.fail(new LogFailure.Stopped(String.valueOf(e.getMessage()), false));
    }
    return proposal.future();
  }

  /** Who leads, when it is another one: what JRaft has told may be a moment old. */
  private Optional<NodeId> otherLeader() {
    NodeId self = Peers.node(node.getServerId());
    return machine.leadership().leader().filter(leader -> !leader.equals(self));
  }

  private boolean enqueued(Proposal<R> proposal) {
    long entries = queuedEntries.incrementAndGet();
    long bytes = queuedBytes.addAndGet(proposal.bytes());
    if (entries > tuning.maxQueuedEntries() || bytes > tuning.maxQueuedBytes()) {
      queuedEntries.decrementAndGet();
      queuedBytes.addAndGet(-proposal.bytes());
      return false;
    }
    proposal.onDecided(
        () -> {
          undecided.remove(proposal);
          queuedEntries.decrementAndGet();
          queuedBytes.addAndGet(-proposal.bytes());
        });
    undecided.add(proposal);
    return true;
  }

  @Override
  public Future<Long> readBarrier() {
    return new ReadBarrier(vertx, this, tuning.barrierMs(), Delivery.here(workers)).start();
  }

  @Override
  public LogStatus status() {
    ConfigurationEntry known = storage.configuration();
    Parties parties = parties(known);
    Set<NodeId> voters = parties.voters();
    Set<NodeId> learners = parties.learners();
    MachineAdapter.Leadership leadership = machine.leadership();
    long applied = applied();
    return new LogStatus(
        role(voters, learners),
        leadership.term(),
        leadership.leader(),
        Math.max(node.committed(), applied),
        applied,
        voters,
        learners,
        known == null ? 0 : known.getId().getIndex(),
        votersDecided(known),
        logBytes,
        machine.failure().map(Throwable::toString));
  }

  /** Asked for each request, and the same for hours. */
  private Parties parties(@Nullable ConfigurationEntry known) {
    Parties before = parties;
    if (before != null && Objects.equals(before.of(), known)) {
      return before;
    }
    Parties made = new Parties(known, config.initialVoters(), Set.of());
    if (known != null && !known.isEmpty()) {
      Set<NodeId> voters = new HashSet<>(Peers.nodes(known.getConf().getPeers()));
      voters.addAll(Peers.nodes(known.getOldConf().getPeers()));
      made = new Parties(known, Set.copyOf(voters), Peers.nodes(known.getConf().getLearners()));
    }
    parties = made;
    return made;
  }

  private boolean votersDecided(@Nullable ConfigurationEntry known) {
    return known != null && known.isStable() && known.getId().getIndex() <= node.committed();
  }

  /** The engine's own entries count too, except after a failure: JRaft may count the bad one. */
  private long applied() {
    return machine.failure().isPresent()
        ? machine.applied()
        : Math.max(node.applied(), machine.applied());
  }

  private Role role(Set<NodeId> voters, Set<NodeId> learners) {
    if (machine.failure().isPresent()) {
      return Role.FAILED;
    }
    if (closed.get()) {
      return Role.CLOSED;
    }
    if (machine.leads()) {
      return Role.LEADER;
    }
    NodeId self = Peers.node(node.getServerId());
    if (learners.contains(self)) {
      return Role.LEARNER;
    }
    if (!voters.contains(self)) {
      return Role.OUTSIDE;
    }
    return machine.leadership().leader().isPresent() ? Role.FOLLOWER : Role.CANDIDATE;
  }

  @Override
  public Future<Void> changeVoters(Set<NodeId> voters) {
    return orders.changeVoters(voters);
  }

  @Override
  public Future<Void> transferTo(NodeId to) {
    return orders.transferTo(to);
  }

  @Override
  public Future<Void> resetVoters(Set<NodeId> voters) {
    return orders.resetVoters(voters);
  }

  @Override
  public Future<Void> snapshot() {
    return orders.snapshot();
  }

  @Override
  public Future<Void> close() {
    if (closed.compareAndSet(false, true)) {
      // On a thread of its own: what it waits for may need the others.
      Thread unused = Thread.ofPlatform().daemon().start(this::shutDown);
    }
    return closing.future();
  }

  private void shutDown() {
    try {
      node.shutdown();
      Thread joining = Thread.ofPlatform().daemon().start(this::join);
      if (!joining.join(Duration.ofMillis(JOIN_MS))) {
        log.warn("the replica does not end replica={} waitedMs={}", node.getNodeId(), JOIN_MS);
        storage.shore().over();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("the replica is not closed in order replica={}", node.getNodeId(), e);
    } finally {
      List.copyOf(undecided).forEach(p -> p.fail(new LogFailure.Stopped("closed", true)));
      onClosed.run();
      closing.tryComplete();
    }
  }

  private void join() {
    try {
      node.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
