package io.hawser.bus.client;

import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.Rendezvous;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which registry nodes a beat goes to: the observers of the instance.
 *
 * <p>Nodes do not learn of a membership change at the same moment. A relay that has not heard of a
 * new node names its view, by which the old observers see that they have to pass the beats on. A
 * node that takes an instance over gives it a full TTL.
 */
final class BeatRelay {
  /** How many nodes get each beat. */
  static final int OBSERVERS = 3;

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
      for (NodeId node : Rendezvous.top(beat.instance().toString(), nodes, OBSERVERS)) {
        add(parts, node, beat);
      }
    }
    return parts;
  }

  /** Only what other nodes than this observe. */
  static Map<NodeId, List<Beat>> toOtherObservers(
      List<Beat> beats, List<NodeId> nodes, NodeId self) {
    Map<NodeId, List<Beat>> parts = toObservers(beats, nodes);
    List<Beat> unused = parts.remove(self);
    return parts;
  }

  private static void add(Map<NodeId, List<Beat>> parts, NodeId node, Beat beat) {
    boolean unused = parts.computeIfAbsent(node, n -> new ArrayList<>()).add(beat);
  }
}
