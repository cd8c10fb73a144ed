package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.StateMachine;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.hawser.model.NodeId;
import io.hawser.storage.log.Committed;
import io.hawser.storage.log.LogMachine;
import io.hawser.storage.transport.Peers;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine as JRaft sees it. JRaft calls on the group's apply thread; the getters may be called
 * from any. Entries that the machine has on disk already are left out, so that after a restart only
 * the rest is applied, and a snapshot that is older than what the machine has is not loaded. When
 * the log shows that what the machine has is not what the group has decided, the replica stops.
 * What fails once stays stopped: nothing is applied, saved or confirmed after it. Nothing is
 * applied either before it is on the own disk's log, see {@link Shore}.
 *
 * <p>A little longer than other files: it is the one face of a machine to JRaft.
 */
final class MachineAdapter<R> implements StateMachine {
  private static final Logger log = LoggerFactory.getLogger(MachineAdapter.class);
  private static final int MAX_BATCH_ENTRIES = 512;
  private static final long MAX_BATCH_BYTES = 4L * 1024 * 1024;

  /**
   * Who leads, as JRaft has told.
   *
   * @param self whether this replica leads and the first entry of its term is committed
   */
  record Leadership(boolean self, Optional<NodeId> leader, long term) {}

  private final String group;
  private final NodeId self;
  private final LogMachine<R> machine;
  private final Shore shore;
  private final Replay replay;
  private final Executor workers;
  private final SnapshotTrigger trigger;
  private volatile LastApplied applied;
  private volatile Leadership leadership = new Leadership(false, Optional.empty(), 0);
  private volatile @Nullable Throwable failure;
  private volatile boolean loading;
  private volatile long won;

  /**
   * @param shore of the log that the entries are of
   * @param replay of that log
   * @param workers runs what reads files
   */
  MachineAdapter(
      String group,
      NodeId self,
      LogMachine<R> machine,
      Shore shore,
      Replay replay,
      Executor workers,
      SnapshotTrigger trigger) {
    this.group = group;
    this.self = self;
    this.machine = machine;
    this.shore = shore;
    this.replay = replay;
    this.workers = workers;
    this.trigger = trigger;
    this.applied = new LastApplied(machine.appliedIndex(), machine.appliedTerm());
  }

  long applied() {
    return applied.index();
  }

  LastApplied last() {
    return applied;
  }

  Leadership leadership() {
    return leadership;
  }

  /** How many terms this replica has begun as their leader. */
  long won() {
    return won;
  }

  boolean leads() {
    return leadership.self();
  }

  boolean loading() {
    return loading;
  }

  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void onApply(Iterator entries) {
    if (passes(entries)) {
      passOver(entries);
    }
    handOver(entries);
  }

  /** Whether the entry at hand is before the last one that the machine has: it has it too. */
  private boolean passes(Iterator entries) {
    return entries.hasNext()
        && entries.getIndex() < applied.index()
        && !applied.contradicts(entries.getIndex(), entries.getTerm());
  }

  private void passOver(Iterator entries) {
    replay.begin(applied.index());
    try {
      while (passes(entries)) {
        leftOut(entries.done());
        entries.next();
      }
    } finally {
      replay.end();
    }
  }

  private void handOver(Iterator entries) {
    List<Committed> batch = new ArrayList<>();
    List<@Nullable Closure> closures = new ArrayList<>();
    long bytes = 0;
    int span = 0; // entries since the first of the batch, with those that are left out
    while (entries.hasNext()) {
      long index = entries.getIndex();
      ByteBuffer data = entries.getData();
      if (applied.contradicts(index, entries.getTerm())) {
        failed(new IllegalStateException(otherPast(index, entries.getTerm())));
        entries.setErrorAndRollback(1, new Status(RaftError.ESTATEMACHINE, "%s", failure));
        return;
      }
      if (index <= applied.index() || data == null || !data.hasRemaining()) {
        leftOut(entries.done());
      } else {
        batch.add(new Committed(index, entries.getTerm(), copy(data)));
        closures.add(entries.done());
        bytes += data.remaining();
      }
      span = batch.isEmpty() ? 0 : span + 1;
      entries.next();
      boolean full = batch.size() >= MAX_BATCH_ENTRIES || bytes >= MAX_BATCH_BYTES;
      if ((full || !entries.hasNext()) && !batch.isEmpty()) {
        if (!apply(batch, closures)) {
          // JRaft counts the entry that it stands on when that is one of ours.
          int back = span + (entries.hasNext() ? 1 : 0);
          entries.setErrorAndRollback(back, new Status(RaftError.ESTATEMACHINE, "%s", failure));
          return;
        }
        trigger.applied(applied.index(), bytes);
        batch.clear();
        closures.clear();
        bytes = 0;
        span = 0;
      }
    }
  }

  private String otherPast(long entry, long term) {
    return LastApplied.otherPast(group, entry, applied.term(), term);
  }

  /**
   * An entry that is not for the machine: it has it, or the entry is an empty one of the engine.
   */
  private static void leftOut(@Nullable Closure closure) {
    if (closure != null) {
      closure.run(Status.OK());
    }
  }

  private static Buffer copy(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return Buffer.buffer(bytes);
  }

  @SuppressWarnings("unchecked") // every closure that we hand to JRaft is a proposal of this group
  private boolean apply(List<Committed> batch, List<@Nullable Closure> closures) {
    if (failure != null) {
      return false;
    }
    List<R> results;
    try {
      if (!shore.await(batch.getLast().index())) {
        throw new IllegalStateException("the log on disk ends before " + batch.getLast().index());
      }
      results = machine.apply(List.copyOf(batch));
      if (results.size() != batch.size()) {
        throw new IllegalStateException(
            "the machine gave " + results.size() + " results for " + batch.size() + " entries");
      }
    } catch (RuntimeException | Error e) {
      failed(e);
      return false;
    }
    applied = new LastApplied(batch.getLast().index(), batch.getLast().term());
    for (int i = 0; i < results.size(); i++) {
      if (closures.get(i) instanceof Proposal<?> proposal) {
        ((Proposal<R>) proposal).applied(results.get(i));
      }
    }
    return true;
  }

  @Override
  public void onSnapshotSave(SnapshotWriter writer, Closure done) {
    if (failure != null) {
      done.run(new Status(RaftError.ESTATEMACHINE, "the replica has failed"));
      return;
    }
    try {
      machine.save(Files.createDirectories(SnapshotFiles.directory(writer.getPath())));
    } catch (IOException | RuntimeException e) {
      notSaved(done, e);
      return;
    }
    trigger.saved(applied.index());
    workers.execute(
        () -> {
          try {
            SnapshotFiles.list(writer);
          } catch (IOException | RuntimeException e) {
            notSaved(done, e);
            return;
          }
          done.run(Status.OK());
        });
  }

  /** No reason to stop: the log is longer for a while. JRaft would stop if it were called EIO. */
  private void notSaved(Closure done, Exception e) {
    log.warn("snapshot not saved node={} group={}", self, group, e);
    done.run(new Status(RaftError.EINTERNAL, "snapshot not saved: %s", e));
  }

  @Override
  public boolean onSnapshotLoad(SnapshotReader reader) {
    long index = reader.load().getLastIncludedIndex();
    long term = reader.load().getLastIncludedTerm();
    if (!applied.lacks(index, term)) {
      trigger.saved(index);
      return failure == null;
    }
    loading = true;
    try {
      SnapshotFiles.verify(reader);
      machine.load(SnapshotFiles.directory(reader.getPath()));
    } catch (IOException | RuntimeException e) {
      failed(e);
      return false;
    } finally {
      loading = false;
    }
    applied = new LastApplied(index, term);
    trigger.saved(index);
    return true;
  }

  @Override
  public void onLeaderStart(long term) {
    won = won() + 1; // only this thread writes it
    leadership = new Leadership(true, Optional.of(self), term);
    log.info("leading node={} group={} term={}", self, group, term);
    tell(() -> machine.leading(term));
  }

  @Override
  public void onLeaderStop(Status status) {
    long term = leadership.term();
    leadership = new Leadership(false, Optional.empty(), term);
    log.info("leading no longer node={} group={} why={}", self, group, status.getErrorMsg());
    tell(() -> machine.following(Optional.empty(), term));
  }

  @Override
  public void onStartFollowing(LeaderChangeContext change) {
    Optional<NodeId> leader = Peers.known(change.getLeaderId());
    leadership = new Leadership(false, leader, change.getTerm());
    tell(() -> machine.following(leader, change.getTerm()));
  }

  @Override
  public void onStopFollowing(LeaderChangeContext change) {
    leadership = new Leadership(false, Optional.empty(), change.getTerm());
    tell(() -> machine.following(Optional.empty(), change.getTerm()));
  }

  @Override
  public void onConfigurationCommitted(Configuration configuration) {
    // JRaft tells it for the joint one only; who wants to know reads the status.
  }

  @Override
  public void onShutdown() {
    leadership = new Leadership(false, Optional.empty(), leadership.term());
  }

  /** JRaft stops for good: a disk failed, an entry is corrupt, or the machine has thrown. */
  @Override
  public void onError(RaftException e) {
    failed(e);
  }

  /** What the machine throws here is no reason to stop, and must not reach JRaft. */
  private void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException | Error e) {
      log.error("the machine failed at news node={} group={}", self, group, e);
    }
  }

  private void failed(Throwable cause) {
    if (failure == null) {
      failure = cause;
      leadership = new Leadership(false, Optional.empty(), leadership.term());
      log.error("replica stopped node={} group={}", self, group, cause);
      tell(() -> machine.failed(cause));
    }
  }
}
