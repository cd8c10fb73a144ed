package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A group's log on disk, which does not open when something that was promised is gone: JRaft itself
 * takes an empty directory for a new replica, votes with a short log, and so may lose what was
 * acknowledged. Also measures appending, which includes the fsync. Called from JRaft's threads.
 */
final class GuardedStorage implements LogStorage {
  private final LogStorage disk;
  private final ReplicaFiles files;
  private final long machineApplied;
  private final Timer appends;
  private final Shore shore = new Shore();
  private final Replay replay = new Replay();
  private volatile @Nullable ConfigurationManager configurations;
  private volatile @Nullable String refusal;
  private boolean opened;

  /**
   * @param machineApplied the last entry that the machine has on disk
   */
  GuardedStorage(LogStorage disk, ReplicaFiles files, long machineApplied, Timer appends) {
    this.disk = disk;
    this.files = files;
    this.machineApplied = machineApplied;
    this.appends = appends;
  }

  /** How far the log is on the disk. */
  Shore shore() {
    return shore;
  }

  /** What the machine's thread passes over. */
  Replay replay() {
    return replay;
  }

  /** Why the log was not opened, when it was not. */
  Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  /**
   * The newest configuration in the log, committed or not. On the leader exact under the lock of
   * the node, under which it adds one; a moment old elsewhere.
   */
  @Nullable ConfigurationEntry configuration() {
    ConfigurationManager known = configurations;
    return known == null ? null : known.getLastConfiguration();
  }

  @Override
  public boolean init(LogStorageOptions options) {
    configurations = options.getConfigurationManager();
    try {
      refusal = files.missing().orElse(null);
      if (refusal != null) {
        return false;
      }
      if (!disk.init(options)) {
        refusal = "the log in " + files.log() + " cannot be opened: it is corrupt or unreadable";
        return false;
      }
      opened = true;
      refusal = lost().orElse(null);
      shore.at(disk.getLastLogIndex());
      return refusal == null;
    } catch (IOException | RuntimeException e) {
      refusal = "the log in " + files.log() + " cannot be opened: " + e.getMessage();
      return false;
    }
  }

  private Optional<String> lost() throws IOException {
    long last = disk.getLastLogIndex();
    if (last > 0 && !Files.exists(files.meta())) {
      return Optional.of("the log has entries, but " + files.meta() + " with its votes is missing");
    }
    long end = Math.max(last, files.lastSnapshot());
    if (end < machineApplied) {
      return Optional.of(
          "the log ends at " + end + ", but " + machineApplied + " was applied: its end is lost");
    }
    return Optional.empty();
  }

  @Override
  public void shutdown() {
    shore.over();
    if (opened) {
      opened = false;
      disk.shutdown();
    }
  }

  @Override
  public long getFirstLogIndex() {
    return disk.getFirstLogIndex();
  }

  @Override
  public long getLastLogIndex() {
    return disk.getLastLogIndex();
  }

  @Override
  public LogEntry getEntry(long index) {
    return replay.passes(index) ? unread(index) : disk.getEntry(index);
  }

  private static LogEntry unread(long index) {
    LogEntry entry = new LogEntry(EntryType.ENTRY_TYPE_DATA);
    entry.setId(new LogId(index, 0));
    return entry;
  }

  @Override
  @SuppressWarnings("deprecation") // JRaft still asks
  public long getTerm(long index) {
    return disk.getTerm(index);
  }

  @Override
  public boolean appendEntry(LogEntry entry) {
    return appendEntries(List.of(entry)) == 1;
  }

  @Override
  public int appendEntries(List<LogEntry> entries) {
    long last = entries.isEmpty() ? 0 : entries.getLast().getId().getIndex();
    int[] appended = {0};
    boolean whole =
        done(
            () -> {
              Integer count = appends.record(() -> disk.appendEntries(entries));
              appended[0] = count == null ? 0 : count;
              return appended[0] == entries.size();
            });
    if (whole && last > 0) {
      shore.at(last);
    }
    return appended[0];
  }

  /** JRaft writes nothing more after something that was not done. */
  private boolean done(BooleanSupplier write) {
    boolean done = false;
    try {
      done = write.getAsBoolean();
      return done;
    } finally {
      if (!done) {
        shore.over();
      }
    }
  }

  @Override
  public boolean truncatePrefix(long firstIndexKept) {
    return done(() -> disk.truncatePrefix(firstIndexKept));
  }

  @Override
  public boolean truncateSuffix(long lastIndexKept) {
    shore.at(lastIndexKept);
    return done(() -> disk.truncateSuffix(lastIndexKept));
  }

  @Override
  public boolean reset(long nextLogIndex) {
    shore.at(nextLogIndex - 1);
    return done(() -> disk.reset(nextLogIndex));
  }
}
