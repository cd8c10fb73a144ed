package io.hawser.storage.core;

import io.hawser.model.Blob;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Life;
import io.hawser.storage.core.Delta.KeyChange;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a group with what hangs on each: the sums, the history, the indexes of keys that live
 * with a lease or for a time. Not thread-safe: owned by one {@link StateMachine}.
 */
final class Keys {
  private final Staged staged;
  private final Counters counters;
  private final History history;
  private final List<KeyChange> changes;
  private final Metas known = new Metas();

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
    return known.of(key, this::read);
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
    Optional<KeyMeta> old = meta(name);
    long revision = turn.revision();
    KeyRecord now;
    if (old.isEmpty()) {
      now = KeyRecord.of(revision, revision, 1, life, value);
      counters.keys++;
      counters.bytes += key.length + value.length();
    } else {
      KeyMeta before = old.get();
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
    known.became(name, Optional.of(now.meta()));
    attach(key, revision, life);
    history.add(turn, key, now);
    changes.add(new KeyChange(revision, name, Optional.of(now.meta())));
    return now.meta();
  }

  /** Whether the key was there. */
  boolean delete(Turn turn, String name) {
    Optional<KeyMeta> old = meta(name);
    if (old.isEmpty()) {
      return false;
    }
    byte[] key = ByteSink.utf8(name);
    staged.delete(Space.DATA, key);
    known.became(name, Optional.empty());
    counters.keys--;
    counters.bytes -= key.length + old.get().valueBytes();
    detach(key, old.get().life());
    forgetTime(key, old.get().life());
    history.add(turn, key, null);
    changes.add(new KeyChange(turn.revision(), name, Optional.empty()));
    return true;
  }

  private Optional<KeyMeta> read(String key) {
    byte[] bytes = staged.get(Space.DATA, ByteSink.utf8(key));
    return bytes == null ? Optional.empty() : Optional.of(KeyRecord.parse(bytes).meta());
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
