package io.hawser.storage.group.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * When things end that end by themselves, as a leader counts it: leases by their epoch, keys by
 * their revision. Only the clock that is passed in counts, and a new leader starts everything anew:
 * nothing ever ends before its full time.
 *
 * <p>Each is running, then due: its end is proposed, again and again until the group's log has it,
 * and a renewal is refused from the first time on. One that is held runs, but does not become due:
 * if its time is over meanwhile, it is due as soon as nothing holds it. Soft state. Not
 * thread-safe: owned by one group's host.
 */
public final class Countdown {
  /** A time that is longer is this long: about 70 years. */
  private static final long MAX_NS = Long.MAX_VALUE / 4;

  private static final long NS_PER_MS = 1_000_000;

  /** Something whose time is over. */
  public record Due(String name, long mark) {}

  private static final class Entry {
    final String name;
    final long mark;
    final long ttlNs;
    long endNs;
    boolean proposed;

    /** Its time was over while it was held: it is in no queue until it is released. */
    boolean parked;

    Entry(String name, long mark, long ttlNs, long endNs) {
      this.name = name;
      this.mark = mark;
      this.ttlNs = ttlNs;
      this.endNs = endNs;
    }
  }

  /** An entry's place in the queue; of no meaning when the entry's end is another by now. */
  private record Slot(Entry entry, long endNs) {}

  private final long retryNs;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Integer> held = new HashMap<>();
  private final PriorityQueue<Slot> queue =
      new PriorityQueue<>((a, b) -> Long.signum(a.endNs() - b.endNs()));

  /**
   * @param retryNs until an end is proposed again that did not come
   */
  public Countdown(long retryNs) {
    this.retryNs = retryNs;
  }

  /** Starts, or starts anew, unless a later mark of the name runs already. */
  public void start(String name, long mark, long ttlMs, long nowNs) {
    Entry old = entries.get(name);
    if (old != null && old.mark > mark) {
      return;
    }
    long ttlNs = ttlMs >= MAX_NS / NS_PER_MS ? MAX_NS : ttlMs * NS_PER_MS;
    Entry entry = new Entry(name, mark, ttlNs, nowNs + ttlNs);
    var unused = entries.put(name, entry);
    enqueue(entry);
  }

  /**
   * Starts the time anew.
   *
   * @return false when there is no such thing, or its end is proposed
   */
  public boolean renew(String name, long mark, long nowNs) {
    Entry entry = entries.get(name);
    if (!renewable(name, mark) || entry == null) {
      return false;
    }
    entry.endNs = nowNs + entry.ttlNs;
    entry.parked = false;
    enqueue(entry);
    return true;
  }

  /** Whether {@link #renew} would do it now. */
  public boolean renewable(String name, long mark) {
    Entry entry = entries.get(name);
    return entry != null && entry.mark == mark && !entry.proposed;
  }

  /**
   * Keeps a name from becoming due until as many {@link #release}s: something is under way that may
   * renew it.
   */
  public void hold(String name) {
    var unused = held.merge(name, 1, Integer::sum);
  }

  public void release(String name) {
    var unused = held.computeIfPresent(name, (n, count) -> count > 1 ? count - 1 : null);
    Entry entry = entries.get(name);
    if (entry != null && entry.parked && !held.containsKey(name)) {
      entry.parked = false;
      enqueue(entry);
    }
  }

  /** It has ended, or is another one now. */
  public void drop(String name) {
    var unused = entries.remove(name);
  }

  /** It has ended, if it is still this one. */
  public void drop(Due due) {
    Entry entry = entries.get(due.name());
    if (entry != null && entry.mark == due.mark()) {
      drop(due.name());
    }
  }

  public void clear() {
    entries.clear();
    queue.clear();
  }

  public int size() {
    return entries.size();
  }

  /** What is over and has to be proposed now. */
  public List<Due> due(long nowNs, int limit) {
    List<Due> due = new ArrayList<>();
    while (due.size() < limit && !queue.isEmpty() && nowNs - queue.peek().endNs() >= 0) {
      Slot slot = queue.remove();
      Entry entry = slot.entry();
      if (entries.get(entry.name) != entry || slot.endNs() != entry.endNs) {
        continue;
      }
      if (held.containsKey(entry.name)) {
        entry.parked = true;
        continue;
      }
      entry.proposed = true;
      due.add(new Due(entry.name, entry.mark));
      entry.endNs = nowNs + retryNs;
      enqueue(entry);
    }
    return due;
  }

  /** What is left of it; 0 when it is over or not there. */
  public long remainingMs(String name, long mark, long nowNs) {
    Entry entry = entries.get(name);
    return entry == null || entry.mark != mark || entry.proposed
        ? 0
        : Math.max(0, (entry.endNs - nowNs) / NS_PER_MS);
  }

  private void enqueue(Entry entry) {
    queue.add(new Slot(entry, entry.endNs));
    if (queue.size() > 64 + 4 * entries.size()) {
      queue.removeIf(s -> entries.get(s.entry().name) != s.entry() || s.endNs() != s.entry().endNs);
    }
  }
}
