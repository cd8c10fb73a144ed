package io.hawser.storage.jraft;

/**
 * How far a log is on its own disk, for who must not get ahead of it. A leader may learn that a
 * majority of others has an entry before its own disk has it; a machine that had it on disk first
 * would come back from a crash with more than its log, which looks like a log that has lost its
 * end. Thread-safe.
 */
final class Shore {
  private volatile long reached;
  private boolean over;

  /** So much of the log is on disk, of what was there before also. */
  synchronized void at(long index) {
    reached = index;
    notifyAll();
  }

  /** Nothing more will be on disk: it has failed, or is closed. */
  synchronized void over() {
    over = true;
    notifyAll();
  }

  /**
   * Waits until an entry is on disk, which it nearly always is.
   *
   * @return false when it will not be
   */
  boolean await(long index) {
    return reached >= index || awaitLonger(index);
  }

  private synchronized boolean awaitLonger(long index) {
    try {
      while (reached < index && !over) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return reached >= index;
  }
}
