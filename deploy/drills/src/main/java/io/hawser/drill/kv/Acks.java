package io.hawser.drill.kv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** When writes were acknowledged, and to which client. Thread-safe. Bounded. */
public final class Acks {
  private static final int MAX = 5_000_000;

  private record Ack(long atNs, int client) {}

  private final List<Ack> acks = new ArrayList<>();

  synchronized void add(long atNs, int client) {
    if (acks.size() < MAX) {
      acks.add(new Ack(atNs, client));
    }
  }

  public synchronized int count() {
    return acks.size();
  }

  /** Whether one came after this instant. */
  public synchronized boolean after(long ns) {
    return !acks.isEmpty() && acks.getLast().atNs() > ns;
  }

  /** The longest time in which no client was acknowledged anything. */
  public long longestGapNs(long fromNs, long toNs) {
    return longestGapNs(between(fromNs, toNs), fromNs, toNs);
  }

  /** The longest time in which some client was not acknowledged anything, of any client. */
  public long longestWaitNs(long fromNs, long toNs) {
    List<Ack> all = between(fromNs, toNs);
    return all.stream()
        .mapToInt(Ack::client)
        .distinct()
        .mapToLong(
            client ->
                longestGapNs(
                    all.stream().filter(ack -> ack.client() == client).toList(), fromNs, toNs))
        .max()
        .orElse(toNs - fromNs);
  }

  private synchronized List<Ack> between(long fromNs, long toNs) {
    return acks.stream()
        .filter(ack -> ack.atNs() >= fromNs && ack.atNs() <= toNs)
        .sorted(Comparator.comparingLong(Ack::atNs))
        .toList();
  }

  private static long longestGapNs(List<Ack> sorted, long fromNs, long toNs) {
    long longest = 0;
    long last = fromNs;
    for (Ack ack : sorted) {
      longest = Math.max(longest, ack.atNs() - last);
      last = ack.atNs();
    }
    return Math.max(longest, toNs - last);
  }
}
