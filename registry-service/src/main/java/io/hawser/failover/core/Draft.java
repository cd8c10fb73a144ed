package io.hawser.failover.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The next record of an incident while it is made up, with the roles and events that go with it.
 * Used once.
 */
final class Draft {
  /**
   * How many steps a record keeps; of most of them the newest. Those that later decisions go by
   * stay: the first, what hooks have said, that somebody was made active, and that the end was
   * told.
   */
  static final int MAX_STEPS = 40;

  /** The step that makes a candidate active. */
  static final String ACTIVATING = "activating";

  /**
   * The step with which it is told that nobody took the failed one's place. Once for an incident.
   */
  static final String GIVEN_UP = "given-up";

  private final Snapshot snapshot;
  private final long term;
  private final String id;
  private final Optional<Incident> expected;
  private final Incident from;
  private final long wallMs;
  private Phase phase;
  private String candidate;
  private final List<String> tried;
  private Epoch epoch;
  private Recovery recovery;
  private int attempt;
  private final List<IncidentStep> steps;
  private final Map<String, RoleRecord> roles = new HashMap<>();
  private final List<Event.Body> events = new ArrayList<>();
  private FailoverGuard guard;
  private Optional<Detection> detection = Optional.empty();

  private Draft(
      Snapshot snapshot,
      long term,
      String id,
      Optional<Incident> expected,
      Incident from,
      long wallMs) {
    this.snapshot = snapshot;
    this.term = term;
    this.guard = snapshot.guard();
    this.id = id;
    this.expected = expected;
    this.from = from;
    this.wallMs = wallMs;
    this.phase = from.phase();
    this.candidate = from.candidate();
    this.tried = new ArrayList<>(from.tried());
    this.epoch = from.epoch();
    this.recovery = from.recovery();
    this.attempt = from.attempt();
    this.steps = new ArrayList<>(from.steps());
  }

  /** The record of an incident that is not there yet. */
  static Draft open(
      Snapshot snapshot, Surroundings around, String id, Incident first, long wallMs) {
    return new Draft(snapshot, around.term(), id, Optional.empty(), first, wallMs).newEpoch();
  }

  /** What follows the record that is there. */
  static Draft next(Snapshot snapshot, Surroundings around, String id, long wallMs) {
    Incident from = snapshot.incidents().get(id);
    if (from == null) {
      throw new IllegalArgumentException("no incident " + id);
    }
    return new Draft(snapshot, around.term(), id, Optional.of(from), from, wallMs);
  }

  Draft phase(Phase next) {
    phase = next;
    return this;
  }

  Draft candidate(String next) {
    candidate = next;
    return this;
  }

  Draft triedCandidate() {
    tried.add(candidate);
    candidate = "";
    return this;
  }

  /** Leaves the candidate, and may take it again as soon as it can be had. */
  Draft leftCandidate() {
    candidate = "";
    return this;
  }

  /** Those that did not come up may be asked again. */
  Draft anew() {
    tried.clear();
    return this;
  }

  /**
   * Every incident is opened under a new epoch, and with it the service's guard is written: two
   * that are opened at once cannot both be.
   */
  Draft newEpoch() {
    epoch = snapshot.nextEpoch();
    guard = guard.at(epoch);
    return this;
  }

  Draft guard(FailoverGuard next) {
    guard = next.at(epoch);
    return this;
  }

  Draft recovery(Recovery next) {
    recovery = next;
    return this;
  }

  Draft attempt(int next) {
    attempt = next;
    return this;
  }

  /** Gives an instance a role under the incident's present epoch. */
  @CanIgnoreReturnValue
  Draft role(String instance, Role role, String reason) {
    roles.put(instance, new RoleRecord(role, epoch, id, reason));
    return this;
  }

  /**
   * Gives the failed instance its role back, when this incident took it away. Not in an exclusive
   * service where a candidate was active meanwhile: it may still be routed by somebody, and its
   * time has to be waited for.
   */
  Draft giveBack(String reason) {
    RoleRecord record = snapshot.roles().get(from.failed());
    boolean taken = record != null && record.incident().equals(id) && record.role() == Role.STANDBY;
    boolean untouched = from.steps().stream().noneMatch(s -> s.name().equals(ACTIVATING));
    if (taken && (!snapshot.exclusive() || untouched)) {
      role(from.failed(), Role.ACTIVE, reason);
    }
    return this;
  }

  @CanIgnoreReturnValue
  Draft step(String name, String note) {
    if (steps.size() >= MAX_STEPS) {
      steps.remove(oldest());
    }
    steps.add(new IncidentStep(name, wallMs, note));
    events.add(new Event.FailoverStep(from.service(), id, name, note));
    return this;
  }

  private int oldest() {
    for (int i = 1; i < steps.size(); i++) {
      if (!stays(i)) {
        return i;
      }
    }
    return 1;
  }

  private boolean stays(int at) {
    String name = steps.get(at).name();
    boolean newest =
        steps.subList(at + 1, steps.size()).stream().noneMatch(s -> s.name().equals(name));
    return name.startsWith(Hooks.STEP)
        || (newest && (name.equals(ACTIVATING) || name.equals(GIVEN_UP)));
  }

  Draft detected(Optional<Detection> how) {
    detection = how;
    return this;
  }

  Draft event(Event.Body body) {
    events.add(body);
    return this;
  }

  Draft activated() {
    return event(new Event.BackupActivated(from.service(), id, candidate, tookMs()));
  }

  /**
   * The failover is over: nobody came up, and the failed one is not brought back. Told once; the
   * rounds of candidates that follow are steps like others.
   */
  @CanIgnoreReturnValue
  Draft gaveUp() {
    return steps.stream().anyMatch(s -> s.name().equals(GIVEN_UP))
        ? this
        : step(GIVEN_UP, "nobody takes the place").finished("failed");
  }

  Draft finished(String result) {
    return event(new Event.FailoverFinished(from.service(), id, result, tookMs()));
  }

  Effect.Write write() {
    Incident next =
        new Incident(
            from.service(),
            from.failed(),
            from.failedIncarnation(),
            from.reason(),
            phase,
            candidate,
            tried,
            epoch,
            recovery,
            attempt,
            from.openedAtMs(),
            steps,
            from.evidence(),
            from.order(),
            term);
    Optional<FailoverGuard> changed =
        guard.equals(snapshot.guard()) ? Optional.empty() : Optional.of(guard);
    return new Effect.Write(id, expected, next, roles, changed, events, detection);
  }

  private long tookMs() {
    return Math.max(0, wallMs - from.openedAtMs());
  }
}
