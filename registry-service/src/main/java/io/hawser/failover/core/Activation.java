package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.failover.core.Progress.Answer;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a candidate in the failed instance's place. Each record is written together with the roles
 * of its step, and before what the step does outside of the catalog.
 *
 * <pre>
 * OPENED     -> PLANNED    a candidate is there          | FAILED  none is  | ABORTED the failed one passes or is in maintenance
 * PLANNED    -> REMOVED    failed one: standby           | next candidate   | ABORTED as above
 * REMOVED    -> ACTIVATING candidate: active             | next candidate   | ABORTED as above, and active again
 * ACTIVATING -> ROUTED     the candidate passes          | next candidate: this one standby again
 * ROUTED     -> CLOSED     the recovery has ended, or there is none
 * FAILED     -> PLANNED    a standby passes, or it is time to ask all again | CLOSED  the failed one passes (see RecoveryOfFailed)
 * next candidate: PLANNED with it, or FAILED when there is none or enough were tried; the failed one is active again
 * </pre>
 */
final class Activation {
  /** A driver's argument: register the instance, because its process does not register itself. */
  static final String REGISTER_ARG = "register";

  /** The pause before a call whose end is not known is made again. */
  static final long RETRY_MS = 1_000;

  /**
   * After a round of candidates without success the next one waits as long again as the incident
   * has lasted, within these bounds.
   */
  static final long MIN_ROUND_MS = 30_000;

  static final long MAX_ROUND_MS = 300_000;

  private static final String BY = "failover";

  private final Limits limits;

  Activation(Limits limits) {
    this.limits = limits;
  }

  List<Effect> decide(Case c) {
    return switch (c.incident().phase()) {
      case OPENED -> abortOr(c, () -> plan(c));
      case PLANNED -> abortOr(c, () -> remove(c));
      case REMOVED -> abortOr(c, () -> activate(c));
      case ACTIVATING -> verify(c);
      case ROUTED -> close(c);
      case FAILED -> retryLater(c);
      case CLOSED, ABORTED -> List.of();
    };
  }

  private interface Step {
    List<Effect> take();
  }

  private static List<Effect> abortOr(Case c, Step otherwise) {
    if (c.failedPasses()) {
      return List.of(abort(c, c.failed() + " passes again"));
    }
    if (c.snapshot().inMaintenance(c.failed(), c.wallMs())) {
      return List.of(abort(c, c.failed() + " is in maintenance"));
    }
    return otherwise.take();
  }

  private static Effect abort(Case c, String why) {
    boolean recovering = c.incident().recovery() != Recovery.NONE;
    return c.draft()
        .phase(Phase.ABORTED)
        .candidate("")
        .newEpoch()
        .giveBack(why)
        .recovery(recovering && c.failedPasses() ? Recovery.RECOVERED : Recovery.NONE)
        .step("aborted", why)
        .finished("aborted")
        .write();
  }

  private static List<Effect> plan(Case c) {
    List<String> pool = pool(c);
    return List.of(
        pool.isEmpty()
            ? fail(c.draft(), c, "no backup is ready")
            : planned(c.draft(), pool.getFirst()));
  }

  private static Effect planned(Draft draft, String candidate) {
    return draft
        .phase(Phase.PLANNED)
        .candidate(candidate)
        .newEpoch()
        .step("planned", "candidate " + candidate)
        .write();
  }

  private static Effect fail(Draft draft, Case c, String why) {
    draft
        .phase(Phase.FAILED)
        .candidate("")
        .newEpoch()
        .giveBack("nobody took its place")
        .step("failed", why);
    boolean recoveryOver =
        c.incident().recovery() == Recovery.GIVEN_UP
            || c.snapshot().recoveryDriver().isEmpty()
            || c.failedInstance().isEmpty();
    return (recoveryOver ? draft.finished("failed") : draft).write();
  }

  private List<Effect> remove(Case c) {
    if (!pool(c).contains(c.incident().candidate())) {
      return List.of(next(c, "is no candidate any more"));
    }
    String failed = c.failed();
    return List.of(
        c.draft()
            .phase(Phase.REMOVED)
            .role(failed, Role.STANDBY, "failed: " + c.incident().reason())
            .step("removed", failed + " is out of routing")
            .write());
  }

  private List<Effect> activate(Case c) {
    String candidate = c.incident().candidate();
    if (!pool(c).contains(candidate)) {
      return List.of(next(c, "is no candidate any more"));
    }
    return List.of(
        c.draft()
            .phase(Phase.ACTIVATING)
            .role(candidate, Role.ACTIVE, "takes the place of " + c.failed())
            .step("activating", candidate + " is active")
            .write());
  }

  private List<Effect> verify(Case c) {
    String candidate = c.incident().candidate();
    Optional<InstanceView> instance = c.snapshot().instance(candidate);
    long ordinal = c.incident().epoch().value();
    long waitedMs = c.progress().waitedMs("activating " + candidate + " " + ordinal, c.nowNs());
    if (instance.filter(i -> i.routable(c.wallMs())).isPresent()) {
      return List.of(
          c.draft().phase(Phase.ROUTED).step("routed", candidate + " passes").activated().write());
    }
    if (c.snapshot().inMaintenance(candidate, c.wallMs())) {
      return List.of(next(c, "is in maintenance"));
    }
    if (waitedMs >= limits.activationTimeoutMs()) {
      return List.of(next(c, "does not pass after " + waitedMs + " ms"));
    }
    Optional<Backup> backup = Optional.ofNullable(c.snapshot().backups().get(candidate));
    Ask start = c.ask(Purpose.ACTIVATE, candidate, ordinal);
    if (c.progress().answer(start) instanceof Answer.Refused refused) {
      return List.of(next(c, "was not started: " + refused.detail()));
    }
    List<Effect> calls = new ArrayList<>();
    backup.flatMap(b -> startCall(c, b, start)).ifPresent(calls::add);
    if (instance.isEmpty()) {
      backup.flatMap(b -> registerCall(c, b, start, ordinal)).ifPresent(calls::add);
    }
    return calls;
  }

  private static Optional<Effect> startCall(Case c, Backup backup, Ask ask) {
    if (backup.mode() != BackupMode.COLD || !due(c, ask)) {
      return Optional.empty();
    }
    return backup
        .driver()
        .map(d -> new Effect.Drive(ask, d, backup.host(), backup.port(), c.incident().epoch()));
  }

  private static Optional<Effect> registerCall(Case c, Backup backup, Ask start, long ordinal) {
    boolean registersItself =
        backup.mode() == BackupMode.COLD
            && !(c.progress().answer(start) instanceof Answer.Done
                && backup.driver().map(DriverRef::args).orElse(Map.of()).containsKey(REGISTER_ARG));
    Ask ask = c.ask(Purpose.REGISTER, start.instance().id(), ordinal);
    if (registersItself || !due(c, ask)) {
      return Optional.empty();
    }
    return Optional.of(new Effect.Register(ask, registration(c, backup)));
  }

  /** A static one, watched as the failed one is: no client beats for it. */
  private static Registration registration(Case c, Backup backup) {
    Optional<Registration> failed = c.failedInstance().map(InstanceView::registration);
    List<CheckSpec> checks = failed.map(Registration::checks).orElse(List.of());
    return new Registration(
        backup.host(),
        backup.port(),
        backup.host() + ":" + backup.port(),
        failed.map(Registration::weight).orElse(1),
        backup.zone(),
        failed.map(Registration::tags).orElse(List.of()),
        Map.of("registered-by", BY),
        Role.STANDBY,
        0,
        checks,
        c.wallMs());
  }

  private static boolean due(Case c, Ask ask) {
    return switch (c.progress().answer(ask)) {
      case Answer.None ignored -> true;
      case Answer.Pending ignored -> false;
      case Answer.Done ignored -> false;
      case Answer.Refused r -> Progress.elapsedMs(r.atNs(), c.nowNs()) >= RETRY_MS;
      case Answer.Unclear u -> Progress.elapsedMs(u.atNs(), c.nowNs()) >= RETRY_MS;
    };
  }

  /** Leaves the present candidate and goes on with the next one. */
  private Effect next(Case c, String why) {
    Incident incident = c.incident();
    String left = incident.candidate();
    boolean given = incident.phase() == Phase.ACTIVATING;
    Draft draft = c.draft().triedCandidate().newEpoch().step("candidate-failed", left + " " + why);
    if (given) {
      draft.role(left, Role.STANDBY, "did not take the place of " + c.failed());
    }
    List<String> tried = new ArrayList<>(incident.tried());
    tried.add(left);
    List<String> pool = Candidates.of(c.snapshot(), c.failed(), tried, c.wallMs());
    if (tried.size() >= limits.candidates()) {
      return fail(draft, c, tried.size() + " candidates were tried");
    }
    return pool.isEmpty()
        ? fail(draft, c, "no other backup is ready")
        : planned(draft, pool.getFirst());
  }

  private static List<Effect> close(Case c) {
    boolean over =
        switch (c.incident().recovery()) {
          case RECOVERED, GIVEN_UP -> true;
          case WAITING, TRYING -> false;
          case NONE ->
              !c.failedPasses()
                  && (c.snapshot().recoveryDriver().isEmpty() || c.failedInstance().isEmpty());
        };
    if (!over) {
      return List.of();
    }
    return List.of(
        c.draft()
            .phase(Phase.CLOSED)
            .step("closed", c.incident().candidate() + " serves")
            .finished("activated")
            .write());
  }

  /**
   * Nobody came up when the instance failed. A standby that passes now is taken whatever became of
   * it then; who never was asked is asked at once, and the others when the next round is due.
   */
  private List<Effect> retryLater(Case c) {
    boolean wanted =
        c.snapshot().down(c.failed())
            && c.failedInstance().filter(i -> i.role() == Role.ACTIVE).isPresent()
            && !c.snapshot().inMaintenance(c.failed(), c.wallMs())
            && !c.snapshot().activationOpen();
    if (!wanted) {
      return List.of();
    }
    List<String> all = Candidates.of(c.snapshot(), c.failed(), List.of(), c.wallMs());
    if (all.isEmpty()) {
      return List.of();
    }
    long waitedMs = c.progress().waitedMs("next round " + c.incident().epoch().value(), c.nowNs());
    if (c.snapshot().passing(all.getFirst()) || waitedMs >= roundMs(c.incident())) {
      return List.of(planned(c.draft().anew(), all.getFirst()));
    }
    List<String> fresh = c.incident().tried().size() < limits.candidates() ? pool(c) : List.of();
    return fresh.isEmpty() ? List.of() : List.of(planned(c.draft(), fresh.getFirst()));
  }

  private static long roundMs(Incident incident) {
    long failedAtMs =
        incident.steps().stream()
            .filter(s -> s.name().equals("failed"))
            .mapToLong(IncidentStep::atMs)
            .max()
            .orElse(incident.openedAtMs());
    return Math.clamp(failedAtMs - incident.openedAtMs(), MIN_ROUND_MS, MAX_ROUND_MS);
  }

  private static List<String> pool(Case c) {
    return Candidates.of(c.snapshot(), c.failed(), c.incident().tried(), c.wallMs());
  }
}
