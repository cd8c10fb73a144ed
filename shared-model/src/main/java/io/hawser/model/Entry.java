package io.hawser.model;

import java.util.Optional;

/**
 * One write of a register: its new value, or nothing when it was deleted.
 *
 * @param stamp decides between two writes of the same register: the newer one stays
 */
@Wire(132)
public record Entry(FacetKey key, Optional<Facet> value, Stamp stamp) {
  public boolean deleted() {
    return value.isEmpty();
  }
}
