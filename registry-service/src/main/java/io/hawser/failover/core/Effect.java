package io.hawser.failover.core;

import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.RoleRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the manager is to do next. */
public sealed interface Effect {

  /**
   * Write an incident's record together with the roles that the step gives, all in one; then tell
   * the events.
   *
   * @param id the incident
   * @param expected what the decision was based on: write nothing when the record is no longer that
   * @param roles by instance id
   */
  record Write(
      String id,
      Optional<Incident> expected,
      Incident next,
      Map<String, RoleRecord> roles,
      List<Event.Body> events)
      implements Effect {
    public Write {
      roles = Map.copyOf(roles);
      events = List.copyOf(events);
    }
  }

  /** Have a driver run the process of an instance, and report the answer under the call's name. */
  record Drive(Ask ask, DriverRef driver, String host, int port, Epoch epoch) implements Effect {}

  /**
   * Register an instance that has no client of its own, and report the answer under the call's
   * name.
   */
  record Register(Ask ask, Registration registration) implements Effect {}
}
