package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Roster;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which registry nodes count for a quorum of observers: each that has entered itself, until an
 * operator takes it out. One that is silent still counts, and so does one that was stopped. Pure.
 */
public final class RegistryRoster {
  private RegistryRoster() {}

  /** The roster that follows with this node; empty when nothing changes. */
  public static Optional<Roster> with(Roster roster, NodeId node) {
    TreeSet<NodeId> counted = new TreeSet<>(roster.registry());
    return counted.add(node)
        ? Optional.of(Rosters.withRegistry(roster, counted))
        : Optional.empty();
  }

  /** The roster that follows without this node; empty when nothing changes. */
  public static Optional<Roster> without(Roster roster, NodeId node) {
    TreeSet<NodeId> counted = new TreeSet<>(roster.registry());
    return counted.remove(node)
        ? Optional.of(Rosters.withRegistry(roster, counted))
        : Optional.empty();
  }
}
