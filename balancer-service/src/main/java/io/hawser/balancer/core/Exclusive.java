package io.hawser.balancer.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.InstanceKey;
import java.util.List;
import java.util.Optional;

/**
 * Which instance of an exclusive service may be routed: the one whose role record says that it is
 * active, under the highest epoch of all. What an instance wishes counts for nothing, and when
 * there is any doubt there is no route: better nobody than two.
 */
final class Exclusive {
  /** How long a role record stands. */
  interface Terms {
    /** Whether the record is still confirmed. */
    boolean stand(RoleRecord record, long wallMs);
  }

  /** For records that are written without a term: they stand until the next one. */
  static final Terms UNLIMITED = (record, wallMs) -> true;

  private Exclusive() {}

  static Optional<InstanceKey> holder(List<InstanceView> instances, Terms terms, long wallMs) {
    long highest = Long.MIN_VALUE;
    Optional<InstanceKey> holder = Optional.empty();
    for (InstanceView view : instances) {
      RoleRecord record = view.roleRecord().orElse(null);
      if (record == null || record.epoch().value() < highest) {
        continue;
      }
      boolean active = record.role() == Role.ACTIVE && terms.stand(record, wallMs);
      if (record.epoch().value() > highest) {
        highest = record.epoch().value();
        holder = active ? Optional.of(view.key()) : Optional.empty();
      } else if (active) {
        // Two under one epoch: neither can be believed.
        holder = holder.isPresent() ? Optional.empty() : Optional.of(view.key());
      }
    }
    return holder;
  }
}
