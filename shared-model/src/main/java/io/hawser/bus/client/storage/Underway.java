package io.hawser.bus.client.storage;

import io.hawser.model.NodeId;
import java.util.List;
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

  /**
   * A node says that it leads: what is under way in the group is sent there at once, also when
   * others have said so before, since it may not have been ready then.
   */
  void announced(String group, NodeId node) {
    leaders.put(group, node);
    of(group).forEach(errand -> errand.leads(node));
  }

  /** A node shows by an answer that it leads. When that is new, what is under way follows. */
  void leads(String group, NodeId node) {
    if (!node.equals(leaders.put(group, node))) {
      of(group).forEach(errand -> errand.leads(node));
    }
  }

  /** Another one says that a node leads. When that is new, what is under way follows. */
  void named(String group, NodeId node) {
    if (!node.equals(leaders.put(group, node))) {
      of(group).forEach(errand -> errand.named(node));
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

  /** Returns whether anything is under way. */
  boolean wake(long nowNs) {
    boolean any = false;
    for (Map<String, Set<Errand>> kind : List.of(errands, waits)) {
      for (Set<Errand> some : kind.values()) {
        for (Errand errand : some) {
          errand.wake(nowNs);
          any = true;
        }
      }
    }
    return any;
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
