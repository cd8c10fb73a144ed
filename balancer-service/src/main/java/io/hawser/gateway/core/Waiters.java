package io.hawser.gateway.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Those who wait for a service to change, by service and by when they give up. A change of one
 * service looks at nobody else's. Soft state. Not thread-safe: owned by the event loop of the API
 * server.
 *
 * @param <T> what is to be done for one
 */
public final class Waiters<T> {
  /** One who waits. */
  public static final class Waiter<T> {
    private final String service;
    private final String index;
    private final long deadlineNs;
    private final long number;
    private final T target;

    private Waiter(String service, String index, long deadlineNs, long number, T target) {
      this.service = service;
      this.index = index;
      this.deadlineNs = deadlineNs;
      this.number = number;
      this.target = target;
    }

    public String service() {
      return service;
    }

    public T target() {
      return target;
    }
  }

  private final int capacity;
  private final Map<String, Set<Waiter<T>>> byService = new HashMap<>();
  private final TreeSet<Waiter<T>> byDeadline =
      new TreeSet<>(
          ((Comparator<Waiter<T>>) (a, b) -> Long.signum(a.deadlineNs - b.deadlineNs))
              .thenComparingLong(w -> w.number));
  private long lastNumber;

  public Waiters(int capacity) {
    this.capacity = capacity;
  }

  public boolean full() {
    return byDeadline.size() >= capacity;
  }

  public int size() {
    return byDeadline.size();
  }

  /**
   * @param index the state of the service that it knows
   */
  public Waiter<T> add(String service, String index, long deadlineNs, T target) {
    Waiter<T> waiter = new Waiter<>(service, index, deadlineNs, ++lastNumber, target);
    boolean unused = byDeadline.add(waiter);
    unused = byService.computeIfAbsent(service, s -> new LinkedHashSet<>()).add(waiter);
    return waiter;
  }

  /** Ends a wait. Returns whether it had not ended. */
  public boolean remove(Waiter<T> waiter) {
    Set<Waiter<T>> ofService = byService.getOrDefault(waiter.service, Set.of());
    if (!byDeadline.remove(waiter)) {
      return false;
    }
    boolean unused = ofService.remove(waiter);
    if (ofService.isEmpty()) {
      byService.remove(waiter.service);
    }
    return true;
  }

  /** Ends the waits of those who know another state of the service than this. */
  public List<Waiter<T>> changed(String service, String index) {
    List<Waiter<T>> woken = new ArrayList<>();
    for (Waiter<T> waiter : List.copyOf(byService.getOrDefault(service, Set.of()))) {
      if (!waiter.index.equals(index) && remove(waiter)) {
        woken.add(waiter);
      }
    }
    return woken;
  }

  /** Ends the waits that have lasted long enough. */
  public List<Waiter<T>> expired(long nowNs) {
    List<Waiter<T>> over = new ArrayList<>();
    while (!byDeadline.isEmpty() && nowNs - byDeadline.first().deadlineNs >= 0) {
      Waiter<T> waiter = byDeadline.first();
      if (remove(waiter)) {
        over.add(waiter);
      }
    }
    return over;
  }
}
