package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.FacetKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What came of one input to {@link Replication}.
 *
 * @param changed entries that are new in the catalog
 * @param forgotten deletions that are no longer remembered
 * @param refused entries that were not taken in because their writer's clock is far ahead
 * @param repaired how many of the changed ones no delta had brought
 * @param sends messages, to be sent in this order
 */
public record Step(
    List<Entry> changed,
    List<FacetKey> forgotten,
    List<Entry> refused,
    int repaired,
    List<Send> sends) {
  public Step {
    changed = List.copyOf(changed);
    forgotten = List.copyOf(forgotten);
    refused = List.copyOf(refused);
    sends = List.copyOf(sends);
  }

  /**
   * A message.
   *
   * @param to empty for everyone
   */
  public record Send(Optional<NodeId> to, RegistryMessage message) {}

  static Step of(List<Send> sends) {
    return new Step(List.of(), List.of(), List.of(), 0, sends);
  }

  Step changing(List<Entry> more) {
    return more.isEmpty()
        ? this
        : new Step(
            Stream.concat(changed.stream(), more.stream()).toList(),
            forgotten,
            refused,
            repaired,
            sends);
  }

  Step sending(List<Send> more) {
    return new Step(changed, forgotten, refused, repaired, more);
  }
}
