package io.hawser.storage.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of keys with their values, for those who watch: bounded in count, bytes and
 * age. It is cut in steps, so that most entries cut nothing, by rules that look at nothing but the
 * state: every replica has the same history. Not thread-safe: owned by one {@link StateMachine}.
 */
final class History {
  static final int CHANGES = 100_000;
  static final long BYTES = 64L << 20;
  static final long AGE_MS = 3_600_000;

  /** How far it may grow beyond its bounds before it is cut back to them. */
  static final int SLACK_CHANGES = 1_000;

  static final long SLACK_BYTES = 4L << 20;
  static final long SLACK_MS = 60_000;

  /** How many changes one entry cuts at most. */
  static final int CUT = 2_000;

  private final Staged staged;
  private final Counters counters;

  History(Staged staged, Counters counters) {
    this.staged = staged;
    this.counters = counters;
  }

  void add(Turn turn, byte[] key, @Nullable KeyRecord became) {
    byte[] at = Layout.history(turn.revision(), turn.position());
    byte[] record = HistoryRecord.bytes(counters.stampMs, key, became);
    staged.put(Space.HISTORY, at, record);
    if (counters.historyCount == 0) {
      counters.historyFirstMs = counters.stampMs;
    }
    counters.historyCount++;
    counters.historyBytes += at.length + record.length;
  }

  /** Cuts what is too much or too old, at the end of an entry. */
  void trim() {
    boolean grown =
        counters.historyCount > CHANGES + SLACK_CHANGES
            || counters.historyBytes > BYTES + SLACK_BYTES;
    boolean aged =
        counters.historyCount > 0 && counters.stampMs - counters.historyFirstMs > AGE_MS + SLACK_MS;
    if (grown || aged) {
      Cut cut = new Cut();
      staged.scan(Space.HISTORY, Layout.history(counters.compactedThrough, 0), cut);
      cut.keys.forEach(key -> staged.delete(Space.HISTORY, key));
      counters.historyFirstMs = cut.nextMs;
    }
  }

  /** Forgets all changes, up to the group's revision. */
  void forget() {
    List<byte[]> keys = new ArrayList<>();
    staged.scan(Space.HISTORY, new byte[0], (key, value) -> keys.add(key));
    keys.forEach(key -> staged.delete(Space.HISTORY, key));
    counters.compactedThrough = counters.revision;
    counters.historyCount = 0;
    counters.historyBytes = 0;
    counters.historyFirstMs = 0;
  }

  /** Takes changes from the front until the rest is within the bounds. */
  private final class Cut implements SortedView.Visitor {
    private final List<byte[]> keys = new ArrayList<>();
    private long nextMs;

    @Override
    public boolean visit(byte[] key, byte[] value) {
      long stampMs = HistoryRecord.stampMs(value);
      boolean goes =
          keys.size() < CUT
              && (counters.historyCount > CHANGES
                  || counters.historyBytes > BYTES
                  || counters.stampMs - stampMs > AGE_MS);
      if (!goes) {
        nextMs = stampMs;
        return false;
      }
      keys.add(key);
      counters.historyCount--;
      counters.historyBytes -= key.length + value.length;
      counters.compactedThrough = ByteBuffer.wrap(key).getLong();
      return true;
    }
  }
}
