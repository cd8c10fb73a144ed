package io.hawser.storage.core;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageMessage.Listed;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.LeaseState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is read from a group's store. The view must not change while one method runs: it is a
 * snapshot, or nobody writes.
 */
public final class Reads {
  /** A key that goes by itself, and how long after its last write. */
  public record ExpiringKey(String key, long modRevision, long ttlMs) {}

  /** A lease that keys of this group live with, by its name and the lowest such epoch. */
  public record AttachedLease(String lease, long epoch) {}

  /**
   * A lease that is held.
   *
   * @param granted which grant under its epoch it is; see {@code Expire}
   */
  public record Grant(LeaseState state, long granted) {}

  /** A page ends when its values are more than this, whatever its limit. */
  static final long PAGE_BYTES = 1L << 20;

  private Reads() {}

  /** One key; of the view only a single get is asked, so that it need not be a snapshot. */
  public static Found found(SortedView view, long revision, String key) {
    byte[] bytes = view.get(Space.DATA, ByteSink.utf8(key));
    if (bytes == null) {
      return new Found(revision, Optional.empty(), Optional.empty());
    }
    KeyRecord record = KeyRecord.parse(bytes);
    KeyMeta meta = record.meta();
    return new Found(
        Math.max(revision, meta.modRevision()), Optional.of(meta), Optional.of(record.value()));
  }

  /**
   * @param after empty for all
   * @param limit less than 1 counts as 1
   */
  public static Listed listed(
      SortedView view, String prefix, String after, int limit, boolean values) {
    byte[] start = ByteSink.utf8(prefix);
    byte[] next = Layout.after(ByteSink.utf8(after));
    byte[] from = after.isEmpty() || Arrays.compareUnsigned(next, start) < 0 ? start : next;
    Page page = new Page(start, Math.max(1, limit), values);
    view.scan(Space.DATA, from, page);
    return new Listed(Counters.read(view).revision, page.items, page.more);
  }

  /**
   * The changes after a revision. Stops early, after a whole revision, when there are more than the
   * limit or their values are large: the answer's revision says how far it reaches: never less far
   * than what was asked for.
   *
   * @param limit less than 1 counts as 1
   */
  public static Changes changes(SortedView view, String prefix, long afterRevision, int limit) {
    Counters counters = Counters.read(view);
    if (afterRevision < counters.compactedThrough) {
      return new Changes(counters.revision, List.of(), true);
    }
    Walk walk = new Walk(ByteSink.utf8(prefix), afterRevision, Math.max(1, limit));
    view.scan(Space.HISTORY, Layout.history(afterRevision + 1, 0), walk);
    return new Changes(
        walk.stopped ? walk.covered : Math.max(afterRevision, counters.revision),
        walk.changes,
        false);
  }

  /** The value in a pair of the space of keys. */
  public static Blob value(byte[] record) {
    return KeyRecord.parse(record).value();
  }

  public static Optional<LeaseState> lease(SortedView view, String name) {
    byte[] bytes = view.get(Space.SYSTEM, Layout.lease(name));
    return bytes == null ? Optional.empty() : Optional.of(LeaseRecord.parse(name, bytes).state());
  }

  public static List<LeaseState> leases(SortedView view) {
    return grants(view).stream().map(Grant::state).toList();
  }

  /** The leases with what their end has to name. */
  public static List<Grant> grants(SortedView view) {
    List<Grant> grants = new ArrayList<>();
    under(
        view,
        Layout.leases(),
        (key, value) -> {
          LeaseRecord lease = LeaseRecord.parse(Layout.name(key), value);
          return grants.add(new Grant(lease.state(), lease.granted()));
        });
    return grants;
  }

  /**
   * A page of the keys that go by themselves, in order.
   *
   * @param after empty for the first page
   */
  public static List<ExpiringKey> expiringKeys(SortedView view, String after, int limit) {
    List<ExpiringKey> keys = new ArrayList<>();
    byte[] prefix = Layout.expiring();
    byte[] from = after.isEmpty() ? prefix : Layout.after(Layout.expiring(ByteSink.utf8(after)));
    view.scan(
        Space.SYSTEM,
        from,
        (key, value) -> {
          if (keys.size() >= limit || !Layout.startsWith(key, prefix)) {
            return false;
          }
          ByteSource in = new ByteSource(value).version(Layout.VERSION);
          return keys.add(new ExpiringKey(Layout.name(key), in.i64(), in.i64()));
        });
    return keys;
  }

  /**
   * A page of the leases that keys live with; a name once, with its lowest epoch. Goes from lease
   * to lease, however many keys each has.
   *
   * @param after the name behind which to begin; empty for the first page
   */
  public static List<AttachedLease> attachedLeases(SortedView view, String after, int limit) {
    List<AttachedLease> leases = new ArrayList<>();
    byte[] from = after.isEmpty() ? Layout.attached() : Layout.afterAttached(after);
    while (leases.size() < limit) {
      int before = leases.size();
      view.scan(
          Space.SYSTEM,
          from,
          (key, value) -> {
            if (Layout.startsWith(key, Layout.attached())) {
              ByteSource in = new ByteSource(key).skip(1);
              leases.add(new AttachedLease(in.text(), in.i64()));
            }
            return false;
          });
      if (leases.size() == before) {
        break;
      }
      from = Layout.afterAttached(leases.getLast().lease());
    }
    return leases;
  }

  /** The highest token that a write has shown for a resource. */
  public static Optional<Long> fence(SortedView view, String resource) {
    return new Fences(new Staged(view)).highest(resource);
  }

  /** The highest of all revisions and tokens that are in the store. */
  public static long highestToken(SortedView view) {
    long[] highest = {Counters.read(view).revision};
    under(
        view,
        Layout.fences(),
        (key, value) -> {
          highest[0] = Math.max(highest[0], Fences.token(value));
          return true;
        });
    return highest[0];
  }

  private static void under(SortedView view, byte[] prefix, SortedView.Visitor visitor) {
    view.scan(
        Space.SYSTEM,
        prefix,
        (key, value) -> Layout.startsWith(key, prefix) && visitor.visit(key, value));
  }

  /** Collects a page of a list. */
  private static final class Page implements SortedView.Visitor {
    private final byte[] prefix;
    private final int limit;
    private final boolean values;
    private final List<Item> items = new ArrayList<>();
    private long bytes;
    private boolean more;

    Page(byte[] prefix, int limit, boolean values) {
      this.prefix = prefix;
      this.limit = limit;
      this.values = values;
    }

    @Override
    public boolean visit(byte[] key, byte[] value) {
      if (!Layout.startsWith(key, prefix)) {
        return false;
      }
      if (items.size() >= limit || bytes >= PAGE_BYTES) {
        more = true;
        return false;
      }
      KeyRecord record = KeyRecord.parse(value);
      Optional<Blob> shown = values ? Optional.of(record.value()) : Optional.empty();
      bytes += key.length + (values ? record.meta().valueBytes() : 0);
      return items.add(new Item(new String(key, StandardCharsets.UTF_8), record.meta(), shown));
    }
  }

  /** Collects changes, up to the end of a revision. */
  private static final class Walk implements SortedView.Visitor {
    private final byte[] prefix;
    private final int limit;
    private final List<Change> changes = new ArrayList<>();
    private long bytes;
    private long covered;
    private boolean stopped;

    Walk(byte[] prefix, long covered, int limit) {
      this.prefix = prefix;
      this.covered = covered;
      this.limit = limit;
    }

    @Override
    public boolean visit(byte[] key, byte[] value) {
      long revision = ByteBuffer.wrap(key).getLong();
      if (revision != covered && (changes.size() >= limit || bytes >= PAGE_BYTES)) {
        stopped = true;
        return false;
      }
      covered = revision;
      if (HistoryRecord.isOf(value, prefix)) {
        changes.add(HistoryRecord.change(revision, value));
        bytes += value.length;
      }
      return true;
    }
  }
}
