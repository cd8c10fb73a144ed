package io.hawser.storage.core;

/**
 * The sums and counts of a group, a part of its state: {@code time, revision, keys, bytes, history
 * (compacted through, count, bytes, first time), clients, oldest heard, last stamp}, each an i64.
 * Not thread-safe: owned by one {@link StateMachine}.
 */
final class Counters {
  private static final int FIELDS = 11;

  /** How far one entry moves the group's time on at most. */
  static final long STEP_MS = 60_000;

  /** The group's own time, by which what it remembers ages: see {@link #stamped}. */
  long stampMs;

  /** What the last entry was stamped with, by its leader's clock. */
  private long lastStampMs;

  /** The last one that was given away; none is given twice. */
  long revision;

  long keys;

  /** Of keys and values as their clients see them. */
  long bytes;

  /** Changes up to this revision are no longer in the history. */
  long compactedThrough;

  long historyCount;
  long historyBytes;
  long historyFirstMs;

  long clients;

  /** No client was last heard of before this. */
  long oldestHeardMs;

  byte[] bytes() {
    return new ByteSink(1 + FIELDS * Long.BYTES)
        .u8(Layout.VERSION)
        .i64(stampMs)
        .i64(revision)
        .i64(keys)
        .i64(bytes)
        .i64(compactedThrough)
        .i64(historyCount)
        .i64(historyBytes)
        .i64(historyFirstMs)
        .i64(clients)
        .i64(oldestHeardMs)
        .i64(lastStampMs)
        .bytes();
  }

  /**
   * Moves the group's time on by what the clock of the leaders has moved on since the last entry,
   * {@value #STEP_MS} ms at most. A clock that is wrong by any amount shows in one step of one
   * entry, when its owner begins to lead, and when the group was idle for longer its time stands
   * still: what is remembered is forgotten late rather than early.
   */
  void stamped(long entryStampMs) {
    if (entryStampMs > lastStampMs) {
      long stepMs = entryStampMs - lastStampMs;
      // Below 0 when it is more than a long holds.
      stampMs += stepMs < 0 ? STEP_MS : Math.min(stepMs, STEP_MS);
    }
    lastStampMs = entryStampMs;
  }

  static Counters read(SortedView view) {
    Counters counters = new Counters();
    byte[] bytes = view.get(Space.SYSTEM, Layout.counters());
    if (bytes != null) {
      ByteSource in = new ByteSource(bytes).version(Layout.VERSION);
      counters.stampMs = in.i64();
      counters.revision = in.i64();
      counters.keys = in.i64();
      counters.bytes = in.i64();
      counters.compactedThrough = in.i64();
      counters.historyCount = in.i64();
      counters.historyBytes = in.i64();
      counters.historyFirstMs = in.i64();
      counters.clients = in.i64();
      counters.oldestHeardMs = in.i64();
      counters.lastStampMs = in.i64();
    }
    return counters;
  }
}
