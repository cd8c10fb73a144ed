package io.hawser.storage.core;

import io.hawser.model.Blob;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Life;
import io.hawser.storage.core.Delta.KeyChange;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a group with what hangs on each: the sums, the history, the indexes of keys that live
 * with a lease or for a time. Not thread-safe: owned by one {@link StateMachine}.
 */
final class Keys {
  private final Staged staged;
  private final Counters counters;
  private final History history;
  private final List<KeyChange> changes;
  private byte @Nullable [] foundKey;
  private @Nullable KeyRecord found;

  /**
   * @param changes where each change is noted
   */
  Keys(Staged staged, Counters counters, History history, List<KeyChange> changes) {
    this.staged = staged;
    this.counters = counters;
    this.history = history;
    this.changes = changes;
  }

  Optional<KeyMeta> meta(String key) {
    return Optional.ofNullable(find(ByteSink.utf8(key))).map(KeyRecord::meta);
  }

  /** Whether a key, as it is now, is what is expected. */
  static boolean holds(Expect expect, Optional<KeyMeta> current) {
    return switch (expect.condition()) {
      case ANY -> true;
      case ABSENT -> current.isEmpty();
      case PRESENT -> current.isPresent();
      case REVISION -> current.isPresent() && current.get().modRevision() == expect.revision();
    };
  }

  KeyMeta put(Turn turn, String name, Blob value, Life life) {
    byte[] key = ByteSink.utf8(name);
    KeyRecord old = find(key);
    long revision = turn.revision();
    KeyRecord now;
    if (old == null) {
      now = KeyRecord.of(revision, revision, 1, life, value);
      counters.keys++;
      counters.bytes += key.length + value.length();
    } else {
      KeyMeta before = old.meta();
      now = KeyRecord.of(before.createRevision(), revision, before.version() + 1, life, value);
      counters.bytes += value.length() - before.valueBytes();
      if (!before.life().lease().equals(life.lease())
          || before.life().leaseEpoch() != life.leaseEpoch()) {
        detach(key, before.life());
      }
      if (life.ttlMs() <= 0) {
        forgetTime(key, before.life());
      }
    }
    staged.put(Space.DATA, key, now.bytes());
    foundKey = key;
    found = now;
    attach(key, revision, life);
    history.add(turn, key, now);
    changes.add(new KeyChange(revision, name, Optional.of(now.meta())));
    return now.meta();
  }

  /** Whether the key was there. */
  boolean delete(Turn turn, String name) {
    byte[] key = ByteSink.utf8(name);
    KeyRecord old = find(key);
    if (old == null) {
      return false;
    }
    staged.delete(Space.DATA, key);
    foundKey = key;
    found = null;
    counters.keys--;
    counters.bytes -= key.length + old.meta().valueBytes();
    detach(key, old.meta().life());
    forgetTime(key, old.meta().life());
    history.add(turn, key, null);
    changes.add(new KeyChange(turn.revision(), name, Optional.empty()));
    return true;
  }

  /** A change asks for its key first, and then changes it: the store is asked once. */
  private @Nullable KeyRecord find(byte[] key) {
    if (!Arrays.equals(key, foundKey)) {
      byte[] bytes = staged.get(Space.DATA, key);
      found = bytes == null ? null : KeyRecord.parse(bytes);
      foundKey = key;
    }
    return found;
  }

  private void attach(byte[] key, long revision, Life life) {
    if (!life.lease().isEmpty()) {
      staged.put(
          Space.SYSTEM, Layout.attached(life.lease(), life.leaseEpoch(), key), Layout.NOTHING);
    }
    if (life.ttlMs() > 0) {
      byte[] time = new ByteSink().u8(Layout.VERSION).i64(revision).i64(life.ttlMs()).bytes();
      staged.put(Space.SYSTEM, Layout.expiring(key), time);
    }
  }

  private void detach(byte[] key, Life life) {
    if (!life.lease().isEmpty()) {
      staged.delete(Space.SYSTEM, Layout.attached(life.lease(), life.leaseEpoch(), key));
    }
  }

  private void forgetTime(byte[] key, Life life) {
    if (life.ttlMs() > 0) {
      staged.delete(Space.SYSTEM, Layout.expiring(key));
    }
  }
}
