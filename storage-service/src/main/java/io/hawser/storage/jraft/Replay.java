package io.hawser.storage.jraft;

import org.jspecify.annotations.Nullable;

/**
 * Lets a machine's thread pass over the entries that the machine has on disk already, without
 * reading them: after a restart JRaft hands over everything since the last snapshot, which may be a
 * hundred thousand, and who was just restarted may have to lead. Whoever else reads the log, for a
 * follower, gets it as it is. Thread-safe.
 */
final class Replay {
  private volatile @Nullable Thread machine;
  private volatile long last;

  /**
   * This thread is about to pass over what the machine has.
   *
   * @param applied the last of it: that one is read
   */
  void begin(long applied) {
    last = applied;
    machine = Thread.currentThread();
  }

  /** What this thread reads from now on it wants to have. */
  void end() {
    machine = null;
  }

  /** Whether who asks for an entry here and now is not going to look at it. */
  boolean passes(long index) {
    return Thread.currentThread().equals(machine) && index < last;
  }
}
