package io.hawser.catalog;

import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import java.util.Optional;

/** An instance as its facets add up, at one moment. Immutable. */
public record InstanceView(
    InstanceKey key,
    Registration registration,
    Optional<Verdict> verdict,
    Optional<Maintenance> maintenance,
    Optional<RoleRecord> roleRecord) {

  /** The verdict on the present incarnation; {@link Health#STARTING} as long as there is none. */
  public Health health() {
    return verdict
        .filter(v -> v.incarnation().equals(registration.incarnation()))
        .map(Verdict::health)
        .orElse(Health.STARTING);
  }

  /** What the manager gave it to do, else what its client wishes. */
  public Role role() {
    return roleRecord.map(RoleRecord::role).orElse(registration.wishedRole());
  }

  public boolean inMaintenance(long wallMs) {
    return maintenance.isPresent() && wallMs < maintenance.get().untilMs();
  }

  /** Whether it works, as far as anybody knows. */
  public boolean passing() {
    return switch (health()) {
      case UP, SUSPECT -> true;
      case STARTING, DOWN, RECOVERING -> false;
    };
  }

  /** Whether traffic may go to it. */
  public boolean routable(long wallMs) {
    return passing() && role() == Role.ACTIVE && !inMaintenance(wallMs);
  }
}
