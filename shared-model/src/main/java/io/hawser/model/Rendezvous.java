package io.hawser.model;

import java.nio.charset.StandardCharsets;
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
