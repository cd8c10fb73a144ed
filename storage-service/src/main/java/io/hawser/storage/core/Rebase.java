package io.hawser.storage.core;

/**
 * Fills an empty store with the pairs of another, for a log that begins anew: what was applied
 * starts at nothing, the history is left out, and revisions go on above a floor. Not thread-safe.
 */
public final class Rebase {
  private final SortedStore store;
  private final long floor;
  private final int batch;
  private final Staged staged;
  private int count;

  /**
   * @param floor no revision at or below it is given away
   * @param batch how many pairs to write at once
   */
  public Rebase(SortedStore store, long floor, int batch) {
    this.store = store;
    this.floor = floor;
    this.batch = batch;
    staged = new Staged(store);
  }

  public void add(Space space, byte[] key, byte[] value) {
    if (space == Space.HISTORY) {
      return;
    }
    staged.put(space, key, value);
    count++;
    if (count % batch == 0) {
      write();
    }
  }

  /** Writes the rest, and the new beginning. */
  public void end() {
    Counters counters = Counters.read(staged);
    if (counters.revision > floor) {
      throw new IllegalArgumentException(
          "revision " + counters.revision + " was given away: it is above " + floor);
    }
    counters.revision = floor;
    counters.compactedThrough = floor;
    counters.historyCount = 0;
    counters.historyBytes = 0;
    counters.historyFirstMs = 0;
    staged.put(Space.SYSTEM, Layout.counters(), counters.bytes());
    staged.delete(Space.SYSTEM, Layout.applied());
    write();
  }

  private void write() {
    store.write(staged);
    staged.clear();
  }
}
