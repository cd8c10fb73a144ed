package io.hawser.failover.core;

import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds instances that are active in the name of an incident whose record says otherwise: what a
 * manager left behind that hung, woke up and wrote once more, or that was cut off.
 */
final class Rivals {
  private Rivals() {}

  /** The next one to be made standby. */
  static Optional<Effect> demotion(Snapshot snapshot, long wallMs) {
    for (Map.Entry<String, RoleRecord> entry : new TreeMap<>(snapshot.roles()).entrySet()) {
      String instance = entry.getKey();
      RoleRecord record = entry.getValue();
      Incident incident = snapshot.incidents().get(record.incident());
      if (record.role() == Role.ACTIVE && incident != null && !mayServe(incident, instance)) {
        Draft draft = Draft.next(snapshot, record.incident(), wallMs);
        draft.role(instance, Role.STANDBY, "the incident gave its place to another one");
        draft.step("demoted", instance + " is active without being the one that was chosen");
        return Optional.of(draft.write());
      }
    }
    return Optional.empty();
  }

  private static boolean mayServe(Incident incident, String instance) {
    return switch (incident.phase()) {
      case OPENED, PLANNED, FAILED, ABORTED -> instance.equals(incident.failed());
      case REMOVED -> false;
      case ACTIVATING, ROUTED -> instance.equals(incident.candidate());
      case CLOSED ->
          instance.equals(
              incident.candidate().isEmpty() ? incident.failed() : incident.candidate());
    };
  }
}
