package io.hawser.storage.group.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Those who wait for changes of keys with a prefix: a bounded number. What a change costs depends
 * on whom it concerns, and what a tick costs on whose time is over; neither depends on how many
 * wait. Soft state. Not thread-safe: owned by one group's host.
 *
 * @param <T> who waits
 */
public final class Waits<T> {
  private record Wait<T>(long id, T who, String prefix, long endNs) {}

  private final int limit;
  private final NavigableMap<String, Map<Long, Wait<T>>> byPrefix = new TreeMap<>();
  private final NavigableSet<Wait<T>> byEnd = new TreeSet<>(Waits::inOrder);
  private long lastId;

  public Waits(int limit) {
    this.limit = limit;
  }

  /** By difference, since the clock wraps; nobody waits for half of its range. */
  private static int inOrder(Wait<?> one, Wait<?> other) {
    int order = Long.compare(one.endNs() - other.endNs(), 0);
    return order == 0 ? Long.compare(one.id(), other.id()) : order;
  }

  public int size() {
    return byEnd.size();
  }

  public boolean full() {
    return size() >= limit;
  }

  public void add(T who, String prefix, long endNs) {
    if (full()) {
      throw new IllegalStateException("more than " + limit + " wait");
    }
    Wait<T> wait = new Wait<>(++lastId, who, prefix, endNs);
    var unused = byPrefix.computeIfAbsent(prefix, p -> new LinkedHashMap<>()).put(wait.id(), wait);
    boolean unusedToo = byEnd.add(wait);
  }

  /** Takes those out that one of these keys concerns. */
  public List<T> changed(Collection<String> keys) {
    List<T> taken = new ArrayList<>();
    for (String key : keys) {
      if (byPrefix.isEmpty()) {
        break;
      }
      takeFor(key, taken);
    }
    return taken;
  }

  /**
   * All prefixes of a key lie before it, the longest last: what stands there and is none has a part
   * in common with the key, and only prefixes of that part can come before.
   */
  private void takeFor(String key, List<T> taken) {
    String part = key;
    Entry<String, Map<Long, Wait<T>>> entry = byPrefix.floorEntry(part);
    while (entry != null) {
      String prefix = entry.getKey();
      if (key.startsWith(prefix)) {
        var unused = byPrefix.remove(prefix);
        for (Wait<T> wait : entry.getValue().values()) {
          boolean unusedToo = byEnd.remove(wait);
          taken.add(wait.who());
        }
        entry = byPrefix.lowerEntry(prefix);
      } else {
        part = common(part, prefix);
        entry = byPrefix.floorEntry(part);
      }
    }
  }

  private static String common(String one, String other) {
    int length = Math.min(one.length(), other.length());
    int at = 0;
    while (at < length && one.charAt(at) == other.charAt(at)) {
      at++;
    }
    return one.substring(0, at);
  }

  /** Takes those out whose time is over. */
  public List<T> due(long nowNs) {
    List<T> taken = new ArrayList<>();
    while (!byEnd.isEmpty() && nowNs - byEnd.first().endNs() >= 0) {
      Wait<T> over = byEnd.removeFirst();
      byPrefix.computeIfPresent(
          over.prefix(),
          (prefix, waits) -> {
            var unused = waits.remove(over.id());
            return waits.isEmpty() ? null : waits;
          });
      taken.add(over.who());
    }
    return taken;
  }

  /** Takes everybody out, those first whose time is over first. */
  public List<T> all() {
    List<T> taken = new ArrayList<>();
    byEnd.forEach(wait -> taken.add(wait.who()));
    byEnd.clear();
    byPrefix.clear();
    return taken;
  }
}
