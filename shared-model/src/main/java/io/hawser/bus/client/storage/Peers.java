package io.hawser.bus.client.storage;

import io.hawser.model.NodeId;
import io.hawser.model.Rendezvous;
import io.hawser.node.Members;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The nodes that may be asked, and which of them went away. Thread-safe. */
final class Peers {
  private final Members members;
  private final Consumer<NodeId> onLoss;
  private final Set<NodeId> seen = ConcurrentHashMap.newKeySet();

  /** Made anew whenever members change, and for other replicas. */
  private final Map<String, Order> orders = new ConcurrentHashMap<>();

  private final AtomicLong changes = new AtomicLong();

  private record Order(long change, List<NodeId> replicas, List<NodeId> nodes) {}

  /**
   * @param onLoss told, on any thread, of each node that is no member any more
   */
  Peers(Members members, Consumer<NodeId> onLoss) {
    this.members = members;
    this.onLoss = onLoss;
    members.onChange(this::look);
    look();
  }

  private void look() {
    changes.incrementAndGet();
    Set<NodeId> live = new HashSet<>();
    members.live().forEach(node -> live.add(node.id()));
    for (NodeId node : List.copyOf(seen)) {
      if (!live.contains(node) && seen.remove(node)) {
        onLoss.accept(node);
      }
    }
    boolean unused = seen.addAll(live);
  }

  List<NodeId> storing() {
    return members.liveWith(StorageClient.ROLE);
  }

  /**
   * Who has a replica of the group, as far as that is known, this node before others; then who else
   * stores.
   */
  List<NodeId> order(String group, List<NodeId> replicas) {
    Order known = orders.get(group);
    long change = changes.get();
    if (known == null || known.change() != change || !known.replicas().equals(replicas)) {
      known = new Order(change, replicas, ordered(group, replicas));
      orders.put(group, known);
    }
    return known.nodes();
  }

  private List<NodeId> ordered(String group, List<NodeId> replicas) {
    List<NodeId> live = Rendezvous.ranked(group, storing());
    List<NodeId> order = new ArrayList<>();
    Predicate<NodeId> has = node -> replicas.isEmpty() || replicas.contains(node);
    live.stream().filter(n -> n.equals(members.self().id()) && has.test(n)).forEach(order::add);
    live.stream().filter(n -> has.test(n) && !order.contains(n)).forEach(order::add);
    live.stream().filter(n -> !order.contains(n)).forEach(order::add);
    return List.copyOf(order);
  }
}
