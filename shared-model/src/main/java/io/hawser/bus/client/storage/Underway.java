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

  /** Those that wait for changes, which may be many and long: they take nobody else's place. */
  private final Map<String, Set<Errand>> waits = new ConcurrentHashMap<>();

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
    waits.values().forEach(some -> some.forEach(errand -> errand.gone(node)));
  }

  void add(Errand errand) {
    boolean unused = of(errand.group(), errand.waits()).add(errand);
  }

  void remove(Errand errand) {
    boolean unused = of(errand.group(), errand.waits()).remove(errand);
  }

  int size(String group, boolean waiting) {
    return of(group, waiting).size();
  }

  private Set<Errand> of(String group) {
    return of(group, false);
  }

  private Set<Errand> of(String group, boolean waiting) {
    return (waiting ? waits : errands).computeIfAbsent(group, g -> ConcurrentHashMap.newKeySet());
  }
}
