package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.EnumOutter.ErrorType;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import com.alipay.sofa.jraft.rpc.RpcResponseClosure;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import com.google.protobuf.Message;
import io.hawser.model.NodeId;
import io.hawser.storage.transport.Peers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * JRaft's node with some additions. A read is refused while members change: JRaft asks only a
 * majority of the new members then, so a leader that goes from three members to itself would answer
 * although the other two may have elected another. What others want of a replica that votes alone
 * is refused, and one that has applied what its group has not stops. And the node can be told to
 * stand for election. Thread-safe.
 *
 * <p>A little longer than other files: all that JRaft's node does differently is here.
 */
final class GuardedNode extends NodeImpl {
  private final GuardedStorage storage;
  private final MachineAdapter<?> machine;
  private final Solitude solitude;
  private final CommonPast past;
  private final AtomicInteger installing = new AtomicInteger();
  private volatile @Nullable RaftMetaStorage votes;
  private volatile long committed;
  private volatile long applied;

  GuardedNode(String group, PeerId self, GuardedStorage storage, MachineAdapter<?> machine) {
    super(group, self);
    this.storage = storage;
    this.machine = machine;
    this.solitude = new Solitude(group, self, storage);
    this.past =
        new CommonPast(group, storage, machine::last, this::lastApplied, this::persistedTerm);
  }

  /** As {@link #applied}, exactly: waits for the lock of the group. */
  private long lastApplied() {
    return Math.max(getLastAppliedLogIndex(), machine.applied());
  }

  private long persistedTerm() {
    RaftMetaStorage known = votes;
    return known == null ? 0 : known.getTerm();
  }

  /** The last entry known to be committed, or what it was a moment ago: never waits. */
  long committed() {
    look();
    return committed;
  }

  /**
   * As {@link #committed}, of the last entry that needs no more applying, JRaft's own among them.
   */
  long applied() {
    look();
    return applied;
  }

  /** How many entries of its log on disk are not applied yet, as it was a moment ago. */
  long unapplied() {
    return storage.getLastLogIndex() - applied();
  }

  private void look() {
    if (readLock.tryLock()) {
      try {
        if (getNodeState().isActive()) {
          applied = getLastAppliedLogIndex();
          committed = Math.max(applied, getLastCommittedIndex());
        }
      } finally {
        readLock.unlock();
      }
    }
  }

  /**
   * Whether a snapshot of the leader is being received or loaded, from the request to its answer.
   */
  boolean installing() {
    return installing.get() > 0;
  }

  @Override
  public void handleReadIndexRequest(
      ReadIndexRequest request, RpcResponseClosure<ReadIndexResponse> done) {
    readLock.lock();
    try {
      if (getNodeState() == State.STATE_LEADER && !settled()) {
        done.run(new Status(RaftError.EAGAIN, "members change, or the term has only begun"));
      } else {
        super.handleReadIndexRequest(request, done);
      }
    } finally {
      readLock.unlock();
    }
  }

  /** Whether the members are not about to change and this term's first entry is committed. */
  private boolean settled() {
    ConfigurationEntry configuration = storage.configuration();
    return configuration != null && configuration.isStable() && machine.leads();
  }

  @Override
  public Message handlePreVoteRequest(RequestVoteRequest request) {
    Optional<Message> refusal = solitude.refusal(request.getServerId());
    return refusal.isPresent() ? refusal.get() : super.handlePreVoteRequest(request);
  }

  @Override
  public Message handleRequestVoteRequest(RequestVoteRequest request) {
    Optional<Message> refusal = solitude.refusal(request.getServerId());
    return refusal.isPresent() ? refusal.get() : super.handleRequestVoteRequest(request);
  }

  /**
   * One that follows may be told by a leader which removed itself to stand for its own election.
   */
  @Override
  public @Nullable Message handleTimeoutNowRequest(
      TimeoutNowRequest request, RpcRequestClosure done) {
    Optional<Message> refusal =
        getNodeState() == State.STATE_FOLLOWER
            ? Optional.empty()
            : solitude.refusal(request.getServerId());
    return refusal.isPresent() ? refusal.get() : super.handleTimeoutNowRequest(request, done);
  }

  @Override
  public @Nullable Message handleAppendEntriesRequest(
      AppendEntriesRequest request, RpcRequestClosure done) {
    Optional<Message> refusal = solitude.refusal(request.getServerId());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    boolean heartbeat = request.getEntriesCount() == 0 && !request.hasData();
    if (heartbeat) {
      return super.handleAppendEntriesRequest(request, done);
    }
    Optional<String> broken = getNodeState().isActive() ? past.broken(request) : Optional.empty();
    broken.ifPresent(this::stop);
    if (request.getEntriesCount() == 0) {
      return super.handleAppendEntriesRequest(request, done);
    }
    // A leader writes down who votes under this lock, which JRaft holds all the time here, too.
    writeLock.lock();
    try {
      refusal = solitude.refusal(request.getServerId());
      return refusal.isPresent() ? refusal.get() : super.handleAppendEntriesRequest(request, done);
    } finally {
      writeLock.unlock();
    }
  }

  /** For good: JRaft answers nobody any more, and the machine hears why. */
  private void stop(String why) {
    onError(new RaftException(ErrorType.ERROR_TYPE_LOG, new Status(RaftError.EINVAL, "%s", why)));
  }

  @Override
  public @Nullable Message handleInstallSnapshot(
      InstallSnapshotRequest request, RpcRequestClosure done) {
    Optional<Message> refusal = solitude.refusal(request.getServerId());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Installation installation = new Installation(done);
    boolean answersLater = false;
    try {
      Message answer = super.handleInstallSnapshot(request, installation);
      answersLater = answer == null;
      return answer;
    } finally {
      if (!answersLater) {
        installation.end();
      }
    }
  }

  /** JRaft answers when the snapshot is loaded, or is not going to be. */
  private final class Installation extends RpcRequestClosure {
    private final AtomicBoolean ended = new AtomicBoolean();

    Installation(RpcRequestClosure asked) {
      super(asked.getRpcCtx(), InstallSnapshotResponse.getDefaultInstance());
      installing.incrementAndGet();
    }

    @Override
    public void sendResponse(Message answer) {
      end();
      super.sendResponse(answer);
    }

    void end() {
      if (ended.compareAndSet(false, true)) {
        installing.decrementAndGet();
      }
    }
  }

  /** Where the node's votes are, once it has opened them. */
  void votes(RaftMetaStorage opened) {
    votes = opened;
  }

  /**
   * Stands for election at once, as if a leader had handed over: an ordinary vote, with a persisted
   * term and the check of the log; only the wait and the vote before the vote are left out. Does
   * nothing when another one leads by now, or has this node's vote and so is about to: it would be
   * deposed before it could do anything. What JRaft knows counts, since the machine hears of it
   * later. Blocks: call it on a worker.
   *
   * @param lost who led, and is gone
   * @param ledTerm the term in which it led
   * @return whether it stood
   */
  boolean standFor(NodeId lost, long ledTerm) {
    long present = term();
    try {
      return timeout(present, new Standing(lost, ledTerm, present)) == null;
    } catch (Standing.Taken e) {
      return false;
    }
  }

  /** The present term, of the election also that runs. Takes the lock of the group. */
  private long term() {
    // A term of 0 changes nothing, and the answer to it tells the present one.
    TimeoutNowResponse now = timeout(0, new RpcRequestClosure(Silence.IT));
    return now == null ? 0 : now.getTerm();
  }

  private @Nullable TimeoutNowResponse timeout(long term, RpcRequestClosure done) {
    TimeoutNowRequest request =
        TimeoutNowRequest.newBuilder()
            .setGroupId(getGroupId())
            .setServerId(getServerId().toString())
            .setPeerId(getServerId().toString())
            .setTerm(term)
            .build();
    return (TimeoutNowResponse) handleTimeoutNowRequest(request, done);
  }

  /**
   * Looks whether the place is free, when JRaft would say that it stands: that is under the lock of
   * the group, with nothing done yet, and under the same lock votes are given.
   */
  private final class Standing extends RpcRequestClosure {
    private final NodeId lost;
    private final long ledTerm;
    private final long present;

    /** It is not free: nothing is to be done. */
    private static final class Taken extends RuntimeException {
      private static final long serialVersionUID = 1;

      Taken() {
        super("another one leads, or is about to", null, false, false);
      }
    }

    Standing(NodeId lost, long ledTerm, long present) {
      super(Silence.IT);
      this.lost = lost;
      this.ledTerm = ledTerm;
      this.present = present;
    }

    @Override
    public void sendResponse(Message answer) {
      if (another(Peers.known(getLeaderId())) || another(voted())) {
        throw new Taken();
      }
    }

    /** Who has this node's vote in the present term. */
    private Optional<NodeId> voted() {
      RaftMetaStorage known = votes;
      return known == null || known.getTerm() != present
          ? Optional.empty()
          : Peers.known(known.getVotedFor()).filter(id -> !id.equals(self()));
    }

    /** Whether somebody is not the one that is lost; in a later term that one is back. */
    private boolean another(Optional<NodeId> somebody) {
      return somebody.filter(id -> present != ledTerm || !id.equals(lost)).isPresent();
    }
  }

  private NodeId self() {
    return Peers.node(getServerId());
  }

  /** Where an answer goes that nobody waits for. */
  private enum Silence implements RpcContext {
    IT;

    @Override
    public void sendResponse(Object response) {}

    @Override
    public com.alipay.sofa.jraft.rpc.Connection getConnection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String getRemoteAddress() {
      return "here";
    }
  }
}
