package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who should lead which group: each node about as many, else the nearest by the ranking. */
final class Leaders {
  private Leaders() {}

  /** The same groups on the same nodes, with the one that should lead first in each. */
  static List<GroupReplicas> spread(List<GroupReplicas> groups, Map<NodeId, Candidate> candidates) {
    Map<NodeId, Integer> leads = new HashMap<>();
    List<GroupReplicas> spread = new ArrayList<>();
    for (GroupReplicas group : groups) {
      List<NodeId> ranked = ranked(group, candidates);
      NodeId leader =
          ranked.stream()
              .min(Comparator.comparingInt(id -> leads.getOrDefault(id, 0)))
              .orElseThrow(() -> new IllegalStateException(group.group() + " has no replica"));
      var unused = leads.merge(leader, 1, Integer::sum);
      List<NodeId> replicas = new ArrayList<>(ranked);
      replicas.remove(leader);
      replicas.addFirst(leader);
      spread.add(new GroupReplicas(group.group(), replicas));
    }
    return spread;
  }

  private static List<NodeId> ranked(GroupReplicas group, Map<NodeId, Candidate> candidates) {
    return Ranking.ranked(
            group.group(),
            group.replicas().stream()
                .map(id -> candidates.getOrDefault(id, new Candidate(id, "", 1)))
                .toList())
        .stream()
        .map(Candidate::id)
        .toList();
  }
}
