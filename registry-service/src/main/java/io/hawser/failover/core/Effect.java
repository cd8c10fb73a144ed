package io.hawser.failover.core;

import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
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
   * @param guard what is kept of the service from now on, when that changes
   * @param detection when this opens the incident of a failure
   */
  record Write(
      String id,
      Optional<Incident> expected,
      Incident next,
      Map<String, RoleRecord> roles,
      Optional<FailoverGuard> guard,
      List<Event.Body> events,
      Optional<Detection> detection)
      implements Effect {
    public Write {
      roles = Map.copyOf(roles);
      events = List.copyOf(events);
    }

    /** Whether this begins a failover that counts for the rate. */
    public boolean begins() {
      return next.phase() == Phase.PLANNED
          && next.order().isEmpty()
          && expected
              .filter(i -> i.phase() == Phase.OPENED || i.phase() == Phase.FAILED)
              .isPresent();
    }
  }

  /**
   * Have a driver run the process of an instance, and report the answer under the call's name.
   *
   * @param term the epoch of the lease under which it is asked
   * @param details what else the driver may want to know, by name
   */
  record Drive(
      Ask ask,
      DriverRef driver,
      String host,
      int port,
      Epoch epoch,
      long term,
      Map<String, String> details)
      implements Effect {
    /** The refusal of a driver whose node is not there: nobody has tried anything. */
    public static final String OWNER_GONE = "owner-gone";

    /** The same, when no node has had the process yet. */
    public static final String NO_NODE = "no-node";

    public Drive {
      details = Map.copyOf(details);
    }

    public Drive(Ask ask, DriverRef driver, String host, int port, Epoch epoch, long term) {
      this(ask, driver, host, port, epoch, term, Map.of());
    }

    /** Whether a driver refuses with this code because nobody is there who could do it. */
    static boolean isAway(String code) {
      return code.equals(OWNER_GONE) || code.equals(NO_NODE);
    }
  }

  /** Have the store refuse tokens below this one, and report the answer under the call's name. */
  record RaiseFence(Ask ask, String resource, long token) implements Effect {}

  /** Run a hook with a driver, and report the answer under the call's name. */
  record Hook(Drive call, long timeoutMs) implements Effect {
    Ask ask() {
      return call.ask();
    }
  }

  /**
   * Register an instance that has no client of its own, and report the answer under the call's
   * name.
   */
  record Register(Ask ask, Registration registration) implements Effect {}
}
