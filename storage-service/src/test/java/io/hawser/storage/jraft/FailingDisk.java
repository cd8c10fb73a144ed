package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A log's storage that waits, or takes nothing more, when it is told so. */
final class FailingDisk implements LogStorage {
  private final LogStorage real;
  private final AtomicBoolean failing;
  private final Runnable first;
  private final Runnable beforeRead;

  FailingDisk(LogStorage real, AtomicBoolean failing) {
    this(real, failing, () -> {});
  }

  /**
   * @param first run before something is written
   */
  FailingDisk(LogStorage real, AtomicBoolean failing, Runnable first) {
    this(real, failing, first, () -> {});
  }

  private FailingDisk(LogStorage real, AtomicBoolean failing, Runnable first, Runnable beforeRead) {
    this.real = real;
    this.failing = failing;
    this.first = first;
    this.beforeRead = beforeRead;
  }

  /** One that takes everything, and takes so long, or a little longer, to read an entry. */
  static FailingDisk slow(LogStorage real, long readNs) {
    return reading(real, () -> LockSupport.parkNanos(readNs));
  }

  /** One that takes everything, and runs this before it reads an entry. */
  static FailingDisk reading(LogStorage real, Runnable beforeRead) {
    return new FailingDisk(real, new AtomicBoolean(), () -> {}, beforeRead);
  }

  @Override
  public boolean init(LogStorageOptions options) {
    return real.init(options);
  }

  @Override
  public void shutdown() {
    real.shutdown();
  }

  @Override
  public long getFirstLogIndex() {
    return real.getFirstLogIndex();
  }

  @Override
  public long getLastLogIndex() {
    return real.getLastLogIndex();
  }

  @Override
  public LogEntry getEntry(long index) {
    beforeRead.run();
    return real.getEntry(index);
  }

  @Override
  @SuppressWarnings("deprecation") // JRaft still asks
  public long getTerm(long index) {
    return real.getTerm(index);
  }

  @Override
  public boolean appendEntry(LogEntry entry) {
    first.run();
    return !failing.get() && real.appendEntry(entry);
  }

  @Override
  public int appendEntries(List<LogEntry> entries) {
    first.run();
    return failing.get() ? 0 : real.appendEntries(entries);
  }

  @Override
  public boolean truncatePrefix(long firstIndexKept) {
    return real.truncatePrefix(firstIndexKept);
  }

  @Override
  public boolean truncateSuffix(long lastIndexKept) {
    return real.truncateSuffix(lastIndexKept);
  }

  @Override
  public boolean reset(long nextLogIndex) {
    return real.reset(nextLogIndex);
  }
}
