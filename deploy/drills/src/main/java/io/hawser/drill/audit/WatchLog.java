package io.hawser.drill.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What watchers of a prefix were told, held against each other and against the acknowledged writes:
 * revisions rise without a repetition, all watchers agree on what happened at a revision, and
 * nothing that was acknowledged while a watcher listened is missing. Thread-safe.
 */
public final class WatchLog {
  /**
   * One change as a watcher was told.
   *
   * @param value the new value; empty: deleted
   */
  public record Change(long revision, String key, String value) {}

  private final Map<String, List<Change>> told = new TreeMap<>();
  private final Map<Long, Change> acknowledged = new TreeMap<>();

  /** A watcher was told of a change. */
  public synchronized void told(String watcher, Change change) {
    told.computeIfAbsent(watcher, w -> new ArrayList<>()).add(change);
  }

  /** The store has acknowledged a write, and named its revision. */
  public synchronized void acknowledged(Change change) {
    acknowledged.put(change.revision(), change);
  }

  /** Whether a watcher was told of this. */
  public synchronized boolean wasTold(String watcher, Change change) {
    return told.getOrDefault(watcher, List.of()).contains(change);
  }

  public synchronized int toldCount() {
    return told.values().stream().mapToInt(List::size).sum();
  }

  /**
   * What is wrong: a line for each thing.
   *
   * @param from the revision after which all of them have listened
   * @param to the revision up to which all of them have listened
   */
  public synchronized List<String> wrong(long from, long to) {
    List<String> wrong = new ArrayList<>();
    Map<Long, Change> agreed = new HashMap<>();
    told.forEach(
        (watcher, changes) -> {
          long last = Long.MIN_VALUE;
          for (Change change : changes) {
            if (change.revision() <= last) {
              wrong.add(watcher + " was told of " + change + " after revision " + last);
            }
            last = change.revision();
            Change other = agreed.putIfAbsent(change.revision(), change);
            if (other != null && !other.equals(change)) {
              wrong.add(watcher + " was told " + change + ", another " + other);
            }
          }
        });
    List<Change> due =
        acknowledged.values().stream()
            .filter(change -> change.revision() > from && change.revision() <= to)
            .toList();
    told.forEach((watcher, changes) -> missing(watcher, new HashSet<>(changes), due, wrong));
    return wrong;
  }

  private static void missing(
      String watcher, Set<Change> told, List<Change> due, List<String> wrong) {
    due.stream()
        .filter(change -> !told.contains(change))
        .forEach(change -> wrong.add(watcher + " was not told of " + change));
  }
}
