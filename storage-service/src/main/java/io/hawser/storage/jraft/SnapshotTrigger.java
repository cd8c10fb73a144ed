package io.hawser.storage.jraft;

/**
 * Decides when to take a snapshot: after so many entries or bytes since the last one. Owned by the
 * apply thread.
 */
final class SnapshotTrigger {
  private final LogTuning tuning;
  private Runnable take = () -> {};
  private long savedIndex;
  private long bytes;

  SnapshotTrigger(LogTuning tuning) {
    this.tuning = tuning;
  }

  /** Says what takes one, without waiting. Before the first entry is applied. */
  void arm(Runnable action) {
    take = action;
  }

  void applied(long index, long more) {
    bytes += more;
    if (index - savedIndex >= tuning.snapshotEntries() || bytes >= tuning.snapshotBytes()) {
      saved(index); // also when taking it fails: then the next interval tries again
      take.run();
    }
  }

  void saved(long index) {
    savedIndex = index;
    bytes = 0;
  }
}
