package io.hawser.storage.core;

/**
 * What a group has in total.
 *
 * @param keyCount how many keys
 * @param usedBytes of keys and values, as their clients see them
 * @param stampMs the group's own time: it runs with its leaders' clocks and began at 0
 */
public record Sums(
    long revision, long keyCount, long usedBytes, long historyCount, long clients, long stampMs) {
  static Sums of(Counters counters) {
    return new Sums(
        counters.revision,
        counters.keys,
        counters.bytes,
        counters.historyCount,
        counters.clients,
        counters.stampMs);
  }

  public static Sums read(SortedView view) {
    return of(Counters.read(view));
  }
}
