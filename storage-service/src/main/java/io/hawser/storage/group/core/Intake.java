package io.hawser.storage.group.core;

import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.Leap;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The changes that a leader has taken and that are not decided yet: a bounded number, of a bounded
 * size. Those that come together make one entry of the log. Entries are stamped with the group's
 * own time: it goes on from the last stamp of the leader before, at the pace of this node's
 * monotonic clock, so that nobody's wall clock moves it. Soft state. Not thread-safe: owned by one
 * group's host.
 *
 * @param <T> who waits for the outcome of a change
 */
public final class Intake<T> {
  /** The most changes of one entry. */
  static final int ENTRY_CHANGES = 128;

  /** An entry that has as much takes no further change. */
  static final int ENTRY_BYTES = 512 * 1024;

  /**
   * How many keys the changes of one entry write at most, unless a single one writes more. A group
   * cuts its history by twice as many with each entry, so that no load makes it outgrow its bounds.
   */
  static final int ENTRY_KEYS = 1_000;

  private record Waiting<T>(Mutation mutation, T who, int bytes, long sinceNs) {}

  /**
   * An entry to be proposed.
   *
   * @param waiting who waits for the result of each change
   * @param bytes to be {@link #decided} in the end
   */
  public record Batch<T>(LogEntry entry, List<T> waiting, long bytes) {
    public Batch {
      waiting = List.copyOf(waiting);
    }
  }

  private final int maxChanges;
  private final long maxBytes;
  private final Deque<Waiting<T>> queue = new ArrayDeque<>();
  private int changes;
  private long bytes;
  private long beganMs;
  private long beganNs;
  private long stampMs;

  public Intake(int maxChanges, long maxBytes) {
    this.maxChanges = maxChanges;
    this.maxBytes = maxBytes;
  }

  /**
   * Takes a change.
   *
   * @return false when there are too many; then nothing was taken
   */
  public boolean add(Mutation mutation, T who, long nowNs) {
    int size = Weight.of(mutation);
    if (changes >= maxChanges || bytes + size > maxBytes) {
      return false;
    }
    changes++;
    bytes += size;
    queue.add(new Waiting<>(mutation, who, size, nowNs));
    return true;
  }

  public int changes() {
    return changes;
  }

  public long bytes() {
    return bytes;
  }

  /**
   * This node begins to lead. Its stamps go on from the group's time also when its own of an
   * earlier term were ahead of it: each leader that went on from its own would make a step.
   *
   * @param groupMs the group's time
   * @return those that came while it led before: nothing was done for them
   */
  public List<T> begin(long groupMs, long nowNs) {
    beganMs = groupMs;
    beganNs = nowNs;
    stampMs = beganMs;
    return overdue(nowNs, Long.MIN_VALUE);
  }

  /** Takes those back that are queued for longer than the limit: nothing was done for them. */
  public List<T> overdue(long nowNs, long limitNs) {
    List<T> overdue = new ArrayList<>();
    while (!queue.isEmpty() && nowNs - queue.peek().sinceNs() >= limitNs) {
      Waiting<T> oldest = queue.remove();
      changes--;
      bytes -= oldest.bytes();
      overdue.add(oldest.who());
    }
    return overdue;
  }

  /** Whether there are changes for an entry. */
  public boolean queued() {
    return !queue.isEmpty();
  }

  /** The next entry, of as many changes as are queued and fit in. */
  public Batch<T> batch(long nowNs) {
    stampMs = Math.max(stampMs, beganMs + TimeUnit.NANOSECONDS.toMillis(nowNs - beganNs));
    List<Mutation> mutations = new ArrayList<>();
    List<T> waiting = new ArrayList<>();
    long size = 0;
    int keys = 0;
    while (!queue.isEmpty() && mutations.size() < ENTRY_CHANGES && size < ENTRY_BYTES) {
      keys += keys(queue.peek().mutation().op());
      if (keys > ENTRY_KEYS && !mutations.isEmpty()) {
        break;
      }
      Waiting<T> next = queue.remove();
      mutations.add(next.mutation());
      waiting.add(next.who());
      size += next.bytes();
    }
    return new Batch<>(new LogEntry(stampMs, mutations), waiting, size);
  }

  /** The outcome of an entry is known, or will never be. */
  public void decided(Batch<T> batch) {
    changes -= batch.waiting().size();
    bytes -= batch.bytes();
  }

  /**
   * Whether a change needs room on the disk that it does not give back.
   *
   * @param spared the keys whose values do not count
   */
  public static boolean grows(StorageOp op, Predicate<String> spared) {
    return switch (op) {
      case Put put -> !spared.test(put.key());
      case Txn txn -> puts(txn.then(), spared) || puts(txn.otherwise(), spared);
      case Delete ignored -> false;
      case Acquire ignored -> false;
      case Release ignored -> false;
      case Expire ignored -> false;
      case ExpireKeys ignored -> false;
      case LeaseEnded ignored -> false;
      case RaiseFence ignored -> false;
      case Leap ignored -> false;
    };
  }

  private static boolean puts(List<TxnWrite> writes, Predicate<String> spared) {
    return writes.stream().anyMatch(w -> w.value().isPresent() && !spared.test(w.key()));
  }

  /** Whether only the leader itself proposes such a change. */
  public static boolean leadersOnly(StorageOp op) {
    return op instanceof Expire
        || op instanceof ExpireKeys
        || op instanceof LeaseEnded
        || op instanceof Leap;
  }

  /** Whether a change writes or deletes keys with a prefix. */
  public static boolean touches(StorageOp op, String prefix) {
    return switch (op) {
      case Put put -> put.key().startsWith(prefix);
      case Delete delete -> delete.key().startsWith(prefix);
      case Txn txn -> writes(txn.then(), prefix) || writes(txn.otherwise(), prefix);
      case ExpireKeys expire -> expire.keys().stream().anyMatch(c -> c.key().startsWith(prefix));
      case Acquire ignored -> false;
      case Release ignored -> false;
      case Expire ignored -> false;
      case LeaseEnded ignored -> false;
      case RaiseFence ignored -> false;
      case Leap ignored -> false;
    };
  }

  private static boolean writes(List<TxnWrite> writes, String prefix) {
    return writes.stream().anyMatch(w -> w.key().startsWith(prefix));
  }

  /**
   * How many keys a change writes or deletes at most. What ends a lease deletes keys of {@code
   * meta} that live with it, which were written one by one before.
   */
  private static int keys(StorageOp op) {
    return switch (op) {
      case Put ignored -> 1;
      case Delete ignored -> 1;
      case Txn txn -> Math.max(txn.then().size(), txn.otherwise().size());
      case ExpireKeys expire -> expire.keys().size();
      case LeaseEnded ignored -> ENTRY_KEYS;
      case Acquire ignored -> 1;
      case Release ignored -> 1;
      case Expire ignored -> 1;
      case RaiseFence ignored -> 1;
      case Leap ignored -> 1;
    };
  }
}
