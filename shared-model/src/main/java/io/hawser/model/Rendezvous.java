package io.hawser.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Highest-random-weight hashing (Thaler and Ravishankar, 1998): every node that sees the same
 * members picks the same owner of a key, and when a member comes or goes only its own share of the
 * keys moves.
 */
public final class Rendezvous {
  private Rendezvous() {}

  /** The owner of a key among these nodes; empty when there are none. */
  public static Optional<NodeId> owner(String key, Collection<NodeId> nodes) {
    return nodes.stream().max(byWeight(key));
  }

  /** All of the nodes, the owner first, then who would follow it. */
  public static List<NodeId> ranked(String key, Collection<NodeId> nodes) {
    return nodes.stream().sorted(byWeight(key).reversed()).toList();
  }

  /** The first of {@link #ranked}, at most so many of them. For hot loops. */
  public static List<NodeId> top(String key, List<NodeId> nodes, int count) {
    int size = nodes.size();
    long[] weights = new long[size];
    for (int i = 0; i < size; i++) {
      weights[i] = hash(key + '\0' + nodes.get(i).value());
    }
    List<NodeId> top = new ArrayList<>(count);
    boolean[] taken = new boolean[size];
    for (int n = Math.min(count, size); n > 0; n--) {
      int best = -1;
      for (int i = 0; i < size; i++) {
        if (!taken[i] && (best < 0 || before(weights, nodes, i, best))) {
          best = i;
        }
      }
      taken[best] = true;
      top.add(nodes.get(best));
    }
    return top;
  }

  private static boolean before(long[] weights, List<NodeId> nodes, int i, int best) {
    return weights[i] > weights[best]
        || (weights[i] == weights[best] && nodes.get(i).compareTo(nodes.get(best)) > 0);
  }

  private static Comparator<NodeId> byWeight(String key) {
    return Comparator.<NodeId>comparingLong(node -> hash(key + '\0' + node.value()))
        .thenComparing(Comparator.naturalOrder());
  }

  /** FNV-1a over UTF-8 with the finalizer of SplitMix64: stable over JVMs and versions. */
  public static long hash(String text) {
    long h = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
    return h ^ (h >>> 31);
  }
}
