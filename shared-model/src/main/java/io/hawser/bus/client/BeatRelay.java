package io.hawser.bus.client;

import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.Rendezvous;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which registry nodes a beat goes to: that which watches the instance, and that which would be
 * next.
 *
 * <p>Nodes do not learn of a membership change at the same moment. Who has just lost an instance to
 * a node that joined is second now, so it gets the beats for as long as it holds the instance its
 * own; a relay that has not heard of the new node names its view, by which the old watcher sees
 * that it has to pass them on. A node that takes an instance over gives it a full TTL.
 */
final class BeatRelay {
  /** How many nodes get each beat. */
  static final int OBSERVERS = 2;

  /** In place of a view: not to be passed on. */
  static final long FINAL = 0;

  private BeatRelay() {}

  /** Stands for a list of nodes. Never {@link #FINAL}. */
  static long view(List<NodeId> nodes) {
    return Rendezvous.hash(String.join(",", nodes.stream().map(NodeId::value).sorted().toList()))
        | 1;
  }

  static Map<NodeId, List<Beat>> toObservers(List<Beat> beats, List<NodeId> nodes) {
    Map<NodeId, List<Beat>> parts = new LinkedHashMap<>();
    for (Beat beat : beats) {
      Rendezvous.ranked(beat.instance().toString(), nodes).stream()
          .limit(OBSERVERS)
          .forEach(node -> add(parts, node, beat));
    }
    return parts;
  }

  /** Only what belongs to other nodes than this. */
  static Map<NodeId, List<Beat>> toOtherOwners(List<Beat> beats, List<NodeId> nodes, NodeId self) {
    Map<NodeId, List<Beat>> parts = new LinkedHashMap<>();
    for (Beat beat : beats) {
      Rendezvous.owner(beat.instance().toString(), nodes)
          .filter(owner -> !owner.equals(self))
          .ifPresent(owner -> add(parts, owner, beat));
    }
    return parts;
  }

  private static void add(Map<NodeId, List<Beat>> parts, NodeId node, Beat beat) {
    boolean unused = parts.computeIfAbsent(node, n -> new ArrayList<>()).add(beat);
  }
}
