package io.hawser.bus.client.storage;

import io.hawser.model.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests of one client that are under way, and who leads each group as far as the client was
 * told. Both are hints: whoever is asked says so when it does not lead. Thread-safe.
 */
final class Underway {
  private final Map<String, NodeId> leaders = new ConcurrentHashMap<>();
  private final Map<String, Set<Errand>> errands = new ConcurrentHashMap<>();

  Optional<NodeId> leader(String group) {
    return Optional.ofNullable(leaders.get(group));
  }

  /** When that is new, what is under way in the group is sent there at once. */
  void leads(String group, NodeId node) {
    NodeId before = leaders.put(group, node);
    if (!node.equals(before)) {
      of(group).forEach(errand -> errand.leads(node));
    }
  }

  void leadsNot(String group, NodeId node) {
    boolean unused = leaders.remove(group, node);
  }

  void gone(NodeId node) {
    leaders.values().removeIf(node::equals);
    errands.values().forEach(some -> some.forEach(errand -> errand.gone(node)));
  }

  void add(Errand errand) {
    boolean unused = of(errand.group()).add(errand);
  }

  void remove(Errand errand) {
    boolean unused = of(errand.group()).remove(errand);
  }

  int size(String group) {
    return of(group).size();
  }

  private Set<Errand> of(String group) {
    return errands.computeIfAbsent(group, g -> ConcurrentHashMap.newKeySet());
  }
}
