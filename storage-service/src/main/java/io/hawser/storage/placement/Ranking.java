package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.Rendezvous;
import io.hawser.model.RosterMessage.Roster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weighted rendezvous hashing (Schindelhauer and Schomaker, 2005): a node's score for a shard is
 * {@code -capacity / ln(h(shard, node))} with h in (0, 1), and the highest scores hold the shard.
 * Everyone who knows the same nodes ranks them alike, and a node that comes or goes moves only its
 * own share.
 */
final class Ranking {
  /** 2 to the power of -53: the distance of doubles below 1. */
  private static final double ULP = 0x1.0p-53;

  private Ranking() {}

  /** The nodes of a roster, with their weights. */
  static Map<NodeId, Candidate> candidates(Roster roster) {
    Map<NodeId, Candidate> candidates = new HashMap<>();
    roster
        .nodes()
        .forEach(n -> candidates.put(n.id(), new Candidate(n.id(), n.zone(), n.capacityBytes())));
    return candidates;
  }

  /** Positive; higher is nearer. */
  static double score(String shard, Candidate node) {
    long bits = Rendezvous.hash(shard + '\0' + node.id().value()) >>> 11;
    double h = (bits + 0.5) * ULP;
    return -Math.max(1, node.capacityBytes()) / Math.log(h);
  }

  /** All of them, the nearest first. */
  static List<Candidate> ranked(String shard, Collection<Candidate> nodes) {
    return nodes.stream()
        .sorted(
            Comparator.<Candidate>comparingDouble(node -> score(shard, node))
                .reversed()
                .thenComparing(Candidate::id))
        .toList();
  }

  /**
   * The nearest, but of each zone only one as long as there are zones without: a zone that fails
   * takes as few replicas with it as can be.
   */
  static List<NodeId> pick(String shard, Collection<Candidate> nodes, int count) {
    List<Candidate> ranked = ranked(shard, nodes);
    List<Candidate> picked = new ArrayList<>();
    Set<String> zones = new HashSet<>();
    for (Candidate node : ranked) {
      if (picked.size() < count && zones.add(node.zone())) {
        picked.add(node);
      }
    }
    for (Candidate node : ranked) {
      if (picked.size() < count && !picked.contains(node)) {
        picked.add(node);
      }
    }
    return picked.stream().map(Candidate::id).toList();
  }
}
