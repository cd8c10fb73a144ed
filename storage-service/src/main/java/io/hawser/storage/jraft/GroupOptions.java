package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.core.DefaultJRaftServiceFactory;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import com.alipay.sofa.jraft.util.concurrent.FixedThreadsExecutorGroup;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.transport.Peers;
import io.hawser.storage.transport.Transport;
import io.hawser.storage.transport.TransportOptions;
import java.util.function.Consumer;

/** JRaft's options for a group: safe first, then small, since a node has several groups. */
final class GroupOptions {
  private static final int RPC_MS = 3000;
  private static final int CONNECT_MS = 300;
  private static final int RING = 2048;
  private static final int APPLY_BATCH = 64;

  /** Requests of half a megabyte or one entry on their way to a follower. */
  static final int MAX_INFLIGHT = 32;

  /**
   * Entries in one of them. While that many requests are read from the log for a follower that is
   * far behind, JRaft looks at none of its answers; after an election time-out of that it gives a
   * newcomer up. All that may be under way has to be read well within it.
   */
  static final int MAX_ENTRIES = 128;

  private GroupOptions() {}

  static RaftOptions raft(LogTuning tuning) {
    RaftOptions raft = new RaftOptions();
    raft.setSync(true);
    raft.setSyncMeta(true);
    raft.setEnableLogEntryChecksum(true);
    // A lease would trust clocks, and a takeover does not ask for it.
    raft.setReadOnlyOptions(ReadOnlyOption.ReadOnlySafe);
    raft.setMaxReadIndexLag(-1);
    raft.setMaxElectionDelayMs(tuning.electionMs() / 2);
    raft.setDisruptorBufferSize(RING);
    raft.setApplyBatch(APPLY_BATCH);
    raft.setMaxLogsInMemoryBytes(tuning.maxQueuedBytes());
    raft.setMaxReplicatorInflightMsgs(MAX_INFLIGHT);
    raft.setMaxEntriesSize(MAX_ENTRIES);
    raft.setOpenStatistics(false);
    return raft;
  }

  static NodeOptions node(
      GroupConfig group,
      LogTuning tuning,
      Transport transport,
      FixedThreadsExecutorGroup replication) {
    NodeOptions options = new TransportOptions(transport);
    options.setElectionTimeoutMs(tuning.electionMs());
    options.setInitialConf(Peers.configuration(group.initialVoters()));
    options.setLogUri(group.directory().resolve("log").toString());
    options.setRaftMetaUri(group.directory().resolve("meta").toString());
    options.setSnapshotUri(group.directory().resolve("snapshot").toString());
    options.setSnapshotIntervalSecs(0);
    options.setDisableCli(true);
    options.setSharedTimerPool(true);
    options.setSharedElectionTimer(true);
    options.setSharedVoteTimer(true);
    options.setSharedStepDownTimer(true);
    options.setSharedSnapshotTimer(true);
    options.setAppendEntriesExecutors(replication);
    options.setRpcConnectTimeoutMs(CONNECT_MS);
    options.setRpcDefaultTimeout(RPC_MS);
    options.setRpcProcessorThreadPoolSize(3);
    return options;
  }

  /** Gives JRaft the log that is already made, and guards its votes. */
  static final class Services extends DefaultJRaftServiceFactory {
    private final LogStorage storage;
    private final Consumer<RaftMetaStorage> votes;

    /**
     * @param votes is told where the votes are
     */
    Services(LogStorage storage, Consumer<RaftMetaStorage> votes) {
      this.storage = storage;
      this.votes = votes;
    }

    @Override
    public LogStorage createLogStorage(String uri, RaftOptions options) {
      return storage;
    }

    @Override
    public RaftMetaStorage createRaftMetaStorage(String uri, RaftOptions options) {
      RaftMetaStorage made = new GuardedVotes(super.createRaftMetaStorage(uri, options));
      votes.accept(made);
      return made;
    }
  }
}
