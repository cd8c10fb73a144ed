package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage;
import io.hawser.model.Stamp;
import io.hawser.sim.SimNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was truly written in a run, by whom it was accepted, and what each replica has shown since.
 * Each value is written once only, so that a value tells which write it comes from, whatever stamp
 * it carries.
 */
final class Ledger {
  private record Accepted(Entry entry, NodeId node, int life) {}

  private final Map<FacetKey, List<Accepted>> writes = new HashMap<>();
  private final Map<Facet, Stamp> stamps = new HashMap<>();
  private final Map<NodeId, Map<FacetKey, Stamp>> shown = new HashMap<>();
  private Optional<String> violation = Optional.empty();

  void accepted(SimNode<RegistryMessage, ReplicaProgram> node, List<Entry> entries) {
    for (Entry entry : entries) {
      boolean unused =
          writes
              .computeIfAbsent(entry.key(), k -> new ArrayList<>())
              .add(new Accepted(entry, node.id(), node.life()));
      entry.value().ifPresent(value -> stamps.putIfAbsent(value, entry.stamp()));
    }
  }

  void started(SimNode<RegistryMessage, ReplicaProgram> node) {
    Map<FacetKey, Stamp> unused = shown.put(node.id(), new HashMap<>());
  }

  /** Notes when a replica goes back from a newer write of a register to an older one. */
  void changed(SimNode<RegistryMessage, ReplicaProgram> node, List<Entry> entries) {
    Map<FacetKey, Stamp> mine = shown.getOrDefault(node.id(), Map.of());
    for (Entry entry : entries) {
      Stamp stamp = origin(entry);
      Stamp before = mine.put(entry.key(), stamp);
      if (before != null && before.newerThan(stamp)) {
        violation = Optional.of(node.id() + " went back to an older write, " + entry);
      }
    }
  }

  /** The stamp that the value had when it was written. */
  private Stamp origin(Entry entry) {
    return entry.value().map(v -> stamps.getOrDefault(v, entry.stamp())).orElse(entry.stamp());
  }

  Optional<String> violation() {
    return violation;
  }

  /**
   * What a catalog lacks of what nodes accepted that have not crashed since.
   *
   * @param nodes all, as they are now
   */
  Optional<String> lost(Catalog catalog, List<SimNode<RegistryMessage, ReplicaProgram>> nodes) {
    Map<NodeId, Integer> lives = new HashMap<>();
    nodes.forEach(n -> lives.put(n.id(), n.life()));
    for (List<Accepted> history : writes.values()) {
      for (Accepted write : history) {
        boolean survived = write.life() == lives.getOrDefault(write.node(), -1);
        if (survived && !holds(catalog, write.entry())) {
          return Optional.of(
              "lost " + write.entry() + ", there is " + catalog.entry(write.entry().key()));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether this write or a newer one is there. A deletion may have been forgotten. */
  private boolean holds(Catalog catalog, Entry write) {
    return catalog
        .entry(write.key())
        .map(there -> !write.stamp().newerThan(origin(there)))
        .orElse(write.deleted());
  }
}
