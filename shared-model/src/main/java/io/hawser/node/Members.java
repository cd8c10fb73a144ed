package io.hawser.node;

import io.hawser.model.NodeId;
import java.util.List;
import java.util.Set;

/**
 * The nodes that the cluster manager sees just now. A hint: it may lag by seconds behind a hang,
 * and the two sides of a partition see different ones. Thread-safe.
 */
public interface Members {
  NodeInfo self();

  /** Every live node, this one among them, by id. */
  List<NodeInfo> live();

  /** Runs the listener after each change, on any thread. */
  void onChange(Runnable listener);

  /** The live nodes that said that they are about to stop. */
  default Set<NodeId> draining() {
    return Set.of();
  }

  /**
   * The live nodes with the role that its duties fall to. Those that are about to stop are among
   * them only when there is no other one.
   */
  default List<NodeId> liveWith(String role) {
    List<NodeId> all = live().stream().filter(n -> n.has(role)).map(NodeInfo::id).toList();
    Set<NodeId> draining = draining();
    List<NodeId> staying = all.stream().filter(id -> !draining.contains(id)).toList();
    return staying.isEmpty() ? all : staying;
  }

  /** The live nodes but this one. */
  default List<NodeId> peers() {
    return live().stream().map(NodeInfo::id).filter(id -> !id.equals(self().id())).toList();
  }

  /**
   * Whether this node has the lowest id among those with the role: who acts alone as long as there
   * are no leases. Unsafe under a partition, where each side has a lowest one.
   */
  default boolean lowestWith(String role) {
    return liveWith(role).stream().min(NodeId::compareTo).filter(self().id()::equals).isPresent();
  }
}
