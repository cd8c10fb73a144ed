package io.hawser.storage.core;

/**
 * The sums and counts of a group, a part of its state: {@code stamp, revision, keys, bytes, history
 * (compacted through, count, bytes, first stamp), clients, oldest heard}, each an i64. Not
 * thread-safe: owned by one {@link StateMachine}.
 */
final class Counters {
  private static final int FIELDS = 10;

  /** The highest stamp of an entry so far. */
  long stampMs;

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
        .bytes();
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
    }
    return counters;
  }
}
