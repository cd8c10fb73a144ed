package io.hawser.storage.group.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Those who wait for changes of keys with a prefix: a bounded number. Soft state. Not thread-safe:
 * owned by one group's host.
 *
 * @param <T> who waits
 */
public final class Waits<T> {
  private record Wait<T>(T who, String prefix, long endNs) {}

  private final int limit;
  private final Map<Long, Wait<T>> waits = new LinkedHashMap<>();
  private long lastId;

  public Waits(int limit) {
    this.limit = limit;
  }

  public int size() {
    return waits.size();
  }

  public boolean full() {
    return waits.size() >= limit;
  }

  public void add(T who, String prefix, long endNs) {
    if (full()) {
      throw new IllegalStateException("more than " + limit + " wait");
    }
    var unused = waits.put(++lastId, new Wait<>(who, prefix, endNs));
  }

  /** Takes those out that one of these keys concerns. */
  public List<T> changed(Collection<String> keys) {
    return waits.isEmpty() ? List.of() : take(w -> concerns(w, keys));
  }

  /** Takes those out whose time is over. */
  public List<T> due(long nowNs) {
    return waits.isEmpty() ? List.of() : take(w -> nowNs - w.endNs() >= 0);
  }

  /** Takes everybody out. */
  public List<T> all() {
    return take(w -> true);
  }

  private static boolean concerns(Wait<?> wait, Collection<String> keys) {
    return keys.stream().anyMatch(key -> key.startsWith(wait.prefix()));
  }

  private List<T> take(Predicate<Wait<T>> which) {
    List<T> taken = new ArrayList<>();
    waits
        .values()
        .removeIf(
            wait -> {
              boolean goes = which.test(wait);
              if (goes) {
                taken.add(wait.who());
              }
              return goes;
            });
    return taken;
  }
}
