package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Roster;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which registry nodes count for a quorum of observers: each that came, until it said that it goes
 * or an operator takes it out. One that is silent still counts. Pure.
 */
public final class RegistryRoster {
  private RegistryRoster() {}

  /**
   * The roster that follows, when it differs.
   *
   * @param live the registry nodes that are there and stay
   * @param left those that said that they go
   */
  public static Optional<Roster> next(
      Roster roster, Collection<NodeId> live, Collection<NodeId> left) {
    TreeSet<NodeId> counted = new TreeSet<>(roster.registry());
    counted.removeAll(left);
    counted.addAll(live);
    if (counted.isEmpty() || counted.equals(new TreeSet<>(roster.registry()))) {
      return Optional.empty();
    }
    return Optional.of(Rosters.withRegistry(roster, counted));
  }
}
