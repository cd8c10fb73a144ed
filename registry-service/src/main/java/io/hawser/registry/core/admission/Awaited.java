package io.hawser.registry.core.admission;

import io.hawser.catalog.ServiceView;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import java.util.Collection;

/** Those that are down for long, and that a failover still goes by. */
public final class Awaited {
  private Awaited() {}

  /**
   * Whether an instance is to be brought back, or nobody has taken its place yet and nobody else
   * serves: its incident ends with its registration, and then nobody looks for a backup any more.
   */
  public static boolean is(ServiceView service, String id, Collection<Incident> incidents) {
    boolean alone =
        service.instances().stream()
            .noneMatch(i -> !i.key().id().equals(id) && i.role() == Role.ACTIVE && i.passing());
    return incidents.stream()
        .filter(i -> i.service().equals(service.service()) && i.failed().equals(id))
        .anyMatch(
            i ->
                i.recovery() == Recovery.TRYING
                    || i.recovery() == Recovery.WAITING
                    || (i.phase() == Phase.FAILED && alone));
  }
}
