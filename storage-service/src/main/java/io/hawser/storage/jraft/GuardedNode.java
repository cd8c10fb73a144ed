package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import com.alipay.sofa.jraft.rpc.RpcResponseClosure;
import com.google.protobuf.Message;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * JRaft's node with two additions. A read is refused while members change: JRaft asks only a
 * majority of the new members then, so a leader that goes from three members to itself would answer
 * although the other two may have elected another. And the node can be told to stand for election.
 * Thread-safe.
 */
final class GuardedNode extends NodeImpl {
  private final GuardedStorage storage;
  private final MachineAdapter<?> machine;
  private final AtomicInteger installing = new AtomicInteger();
  private volatile long committed;

  GuardedNode(String group, PeerId self, GuardedStorage storage, MachineAdapter<?> machine) {
    super(group, self);
    this.storage = storage;
    this.machine = machine;
  }

  /** The last entry known to be committed, or what it was a moment ago: never waits. */
  long committed() {
    if (readLock.tryLock()) {
      try {
        if (getNodeState().isActive()) {
          committed = getLastCommittedIndex();
        }
      } finally {
        readLock.unlock();
      }
    }
    return committed;
  }

  /** Whether a snapshot of the leader is being received or loaded. */
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
  public @Nullable Message handleInstallSnapshot(
      InstallSnapshotRequest request, RpcRequestClosure done) {
    installing.incrementAndGet();
    try {
      return super.handleInstallSnapshot(request, done);
    } finally {
      installing.decrementAndGet();
    }
  }

  /**
   * Stands for election at once, as if a leader had handed over: an ordinary vote, with a persisted
   * term and the check of the log; only the wait and the vote before the vote are left out. Blocks:
   * call it on a worker.
   *
   * @return whether it stood
   */
  boolean stand() {
    // A term of 0 changes nothing and tells the present one. With a higher one than that the node
    // would take over a term that it has not earned.
    TimeoutNowResponse now = timeout(0);
    return now != null && timeout(now.getTerm()) == null;
  }

  private @Nullable TimeoutNowResponse timeout(long term) {
    TimeoutNowRequest request =
        TimeoutNowRequest.newBuilder()
            .setGroupId(getGroupId())
            .setServerId(getServerId().toString())
            .setPeerId(getServerId().toString())
            .setTerm(term)
            .build();
    return (TimeoutNowResponse) handleTimeoutNowRequest(request, new RpcRequestClosure(Silence.IT));
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
