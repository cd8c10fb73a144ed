package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
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
    return disk.getEntry(index);
  }

  @Override
  @SuppressWarnings("deprecation") // JRaft still asks
  public long getTerm(long index) {
    return disk.getTerm(index);
  }

  @Override
  public boolean appendEntry(LogEntry entry) {
    return Boolean.TRUE.equals(appends.record(() -> disk.appendEntry(entry)));
  }

  @Override
  public int appendEntries(List<LogEntry> entries) {
    Integer appended = appends.record(() -> disk.appendEntries(entries));
    return appended == null ? 0 : appended;
  }

  @Override
  public boolean truncatePrefix(long firstIndexKept) {
    return disk.truncatePrefix(firstIndexKept);
  }

  @Override
  public boolean truncateSuffix(long lastIndexKept) {
    return disk.truncateSuffix(lastIndexKept);
  }

  @Override
  public boolean reset(long nextLogIndex) {
    return disk.reset(nextLogIndex);
  }
}
