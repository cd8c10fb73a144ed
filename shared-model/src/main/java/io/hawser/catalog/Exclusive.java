package io.hawser.catalog;

import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.InstanceKey;
import java.util.List;
import java.util.Optional;

/**
 * Which instance of an exclusive service may be routed: the one whose role record says that it is
 * active, under the highest epoch of those that are. What an instance wishes counts for nothing,
 * and when there is any doubt there is no route: better nobody than two.
 *
 * <p>Whoever asks must know that the records are not older than {@link
 * io.hawser.model.RoleTerm#MS}.
 */
public final class Exclusive {
  private Exclusive() {}

  public static Optional<InstanceKey> holder(List<InstanceView> instances) {
    long highest = Long.MIN_VALUE;
    Optional<InstanceKey> holder = Optional.empty();
    for (InstanceView view : instances) {
      RoleRecord record = view.roleRecord().orElse(null);
      if (record == null || record.role() != Role.ACTIVE || record.epoch().value() < highest) {
        continue;
      }
      // Two under one epoch: neither can be believed.
      holder = record.epoch().value() > highest ? Optional.of(view.key()) : Optional.empty();
      highest = record.epoch().value();
    }
    return holder;
  }
}
