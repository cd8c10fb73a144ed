package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.failover.core.Progress.Answer;
import io.hawser.model.Facet.HookPoint;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.RoleTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts a candidate in an instance's place. Each record is written together with the roles of its
 * step, and before what the step does outside of the store.
 *
 * <pre>
 * OPENED     -> PLANNED    a candidate is there          | FAILED  none is  | ABORTED the failed one passes or is in maintenance
 * PLANNED    -> REMOVED    failed one: standby           | next candidate   | ABORTED as above, or a hook fails
 * PLANNED    -> PREPARING  of a switchover
 * PREPARING  -> ACTIVATING the candidate passes: both roles at once         | REMOVED of an exclusive service | next candidate
 * REMOVED    -> ACTIVATING candidate: active             | next candidate   | ABORTED as above, and active again
 * REMOVED    -> FENCED     of an exclusive service: the old role's time is over
 * FENCED     -> ACTIVATING when the store refuses the old epoch             | next candidate | ABORTED as above
 * ACTIVATING -> ROUTED     the candidate passes          | next candidate: this one standby again
 * ROUTED     -> CLOSED     the recovery has ended, or there is none
 * FAILED     -> PLANNED    a standby passes, or it is time to ask all again | CLOSED  the failed one passes (see RecoveryOfFailed)
 * next candidate: PLANNED with it, or FAILED when there is none or enough were tried; the failed one is active again
 * </pre>
 *
 * <p>OPENED and PLANNED may be held up, see {@link Guards}. Nobody is healthy again, or in
 * maintenance, when the incident was ordered.
 */
final class Activation {
  private final Limits limits;
  private final NextRound nextRound;

  Activation(Limits limits) {
    this.limits = limits;
    this.nextRound = new NextRound(limits);
  }

  List<Effect> decide(Case c) {
    return switch (c.incident().phase()) {
      case OPENED -> abortOr(c, () -> unlessHeld(c, Guards.refusal(c, limits), () -> plan(c)));
      case PLANNED ->
          abortOr(
              c,
              () -> unlessHeld(c, Guards.refusalOfBegun(c), () -> afterHooks(c, () -> begin(c))));
      case PREPARING -> prepare(c);
      case REMOVED -> abortOr(c, () -> c.exclusive() ? fence(c) : activate(c));
      case FENCED -> abortOr(c, () -> raiseFence(c));
      case ACTIVATING -> verify(c);
      case ROUTED -> close(c);
      case FAILED -> nextRound.decide(c);
      case CLOSED, ABORTED -> List.of();
    };
  }

  private static List<Effect> abortOr(Case c, Supplier<List<Effect>> otherwise) {
    if (c.ordered()) {
      return otherwise.get();
    }
    if (c.failedPasses()) {
      return List.of(abort(c, c.failed() + " passes again"));
    }
    if (c.snapshot().inMaintenance(c.failed(), c.wallMs())) {
      return List.of(abort(c, c.failed() + " is in maintenance"));
    }
    return otherwise.get();
  }

  private static List<Effect> unlessHeld(
      Case c, Optional<String> held, Supplier<List<Effect>> otherwise) {
    if (held.isEmpty()) {
      return otherwise.get();
    }
    return c.saidLast(Case.HELD).equals(held)
        ? List.of()
        : List.of(c.draft().step(Case.HELD, held.get()).write());
  }

  /** What the users run before anything is changed; when it fails, nothing is. */
  private static List<Effect> afterHooks(Case c, Supplier<List<Effect>> otherwise) {
    Hooks.Stand stand = Hooks.stand(c, HookPoint.BEFORE);
    if (stand.failed().isPresent()) {
      return List.of(abort(c, "a hook failed: " + stand.failed().get()));
    }
    return stand.over() ? otherwise.get() : stand.effects();
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

  private List<Effect> plan(Case c) {
    if (!c.ordered() && Guards.flaps(c.snapshot().guard(), c.wallMs())) {
      return List.of(
          c.draft()
              .guard(Guards.block(c.snapshot().guard(), c.wallMs()))
              .step("blocked", "the third failover of the service within a minute")
              .write());
    }
    Optional<String> chosen = Choice.chosen(c);
    if (chosen.isPresent()) {
      Optional<String> whyNot = Choice.whyNot(c, chosen.get());
      return List.of(
          whyNot
              .map(why -> abort(c, chosen.get() + " " + why))
              .orElseGet(() -> planned(begun(c), chosen.get())));
    }
    List<String> pool = Choice.pool(c);
    return List.of(
        pool.isEmpty()
            ? fail(c.draft(), c, "no backup is ready")
            : planned(begun(c), pool.getFirst()));
  }

  static Draft begun(Case c) {
    return c.ordered()
        ? c.draft()
        : c.draft().guard(Guards.begin(c.snapshot().guard(), c.wallMs()));
  }

  static Effect planned(Draft draft, String candidate) {
    return draft
        .phase(Phase.PLANNED)
        .candidate(candidate)
        .newEpoch()
        .step("planned", "candidate " + candidate)
        .write();
  }

  private static Effect fail(Draft draft, Case c, String why) {
    boolean recoveryOver =
        c.incident().recovery() == Recovery.GIVEN_UP
            || (c.incident().recovery() == Recovery.RECOVERED && !c.failedPasses())
            || c.snapshot().recoveryDriver().isEmpty()
            || c.failedInstance().isEmpty()
            || c.ordered();
    return (recoveryOver ? draft.gaveUp() : draft)
        .phase(Phase.FAILED)
        .candidate("")
        .newEpoch()
        .giveBack("nobody took its place")
        .step("failed", why)
        .write();
  }

  private List<Effect> begin(Case c) {
    if (!Choice.eligible(c)) {
      return List.of(next(c, "is no candidate any more"));
    }
    if (c.switchover()) {
      String candidate = c.incident().candidate();
      return List.of(
          c.draft()
              .phase(Phase.PREPARING)
              .role(candidate, Role.STANDBY, "is about to take the place of " + c.failed())
              .step("preparing", candidate + " is to run before " + c.failed() + " goes")
              .write());
    }
    return List.of(removed(c, "failed: " + c.incident().reason()));
  }

  private static Effect removed(Case c, String why) {
    Draft draft = c.draft().phase(Phase.REMOVED);
    if (!c.failed().isEmpty()) {
      draft.role(c.failed(), Role.STANDBY, why);
    }
    if (c.exclusive()) {
      // Whoever else is active, as it may be for a moment in one that was ordinary before.
      c.snapshot().activeByRecord().forEach(id -> draft.role(id, Role.STANDBY, why));
    }
    return draft
        .step("removed", c.failed().isEmpty() ? "nobody was active" : c.failed() + " is out")
        .write();
  }

  private List<Effect> prepare(Case c) {
    String candidate = c.incident().candidate();
    if (c.snapshot().passing(candidate) || c.snapshot().down(c.failed())) {
      return List.of(c.exclusive() ? removed(c, "gives its place up") : swapped(c));
    }
    Optional<String> hopeless = Startup.hopeless(c, limits.activationTimeoutMs());
    return hopeless.isPresent() ? List.of(next(c, hopeless.get())) : Startup.calls(c);
  }

  private static Effect swapped(Case c) {
    String candidate = c.incident().candidate();
    return c.draft()
        .phase(Phase.ACTIVATING)
        .role(candidate, Role.ACTIVE, "takes the place of " + c.failed())
        .role(c.failed(), Role.STANDBY, "gives its place to " + candidate)
        .step(Draft.ACTIVATING, candidate + " is active, " + c.failed() + " is standby")
        .write();
  }

  /**
   * Whoever still goes by the role that was taken away does so no longer than its time. The fence
   * is raised above the epoch under which it was taken away: who has learned of that has no token.
   */
  private static List<Effect> fence(Case c) {
    boolean nobodyEver = c.failed().isEmpty() && c.snapshot().roles().isEmpty();
    long waitedMs = c.progress().waitedMs("fence " + c.incident().epoch().value(), c.nowNs());
    if (!nobodyEver && waitedMs < RoleTerm.MS + RoleTerm.MARGIN_MS) {
      return List.of();
    }
    return List.of(
        c.draft()
            .newEpoch()
            .phase(Phase.FENCED)
            .step("fenced", "nobody goes by an older role any more")
            .write());
  }

  /** The store is to refuse what the old one still writes, before the new one is routed. */
  private List<Effect> raiseFence(Case c) {
    long epoch = c.incident().epoch().value();
    Ask ask = c.ask(Purpose.FENCE, c.incident().candidate(), epoch);
    Answer answer = c.progress().answer(ask);
    if (answer instanceof Answer.Done) {
      return activate(c);
    }
    Optional<String> why = answer.whyNot();
    if (why.isPresent() && c.saidLast(Case.HELD).isEmpty()) {
      return List.of(c.draft().step(Case.HELD, "the store takes no fence: " + why.get()).write());
    }
    return Startup.due(c, ask)
        ? List.of(new Effect.RaiseFence(ask, RoleTerm.fence(c.incident().service()), epoch))
        : List.of();
  }

  private List<Effect> activate(Case c) {
    String candidate = c.incident().candidate();
    if (!Choice.eligible(c)) {
      return List.of(next(c, "is no candidate any more"));
    }
    return List.of(
        c.draft()
            .phase(Phase.ACTIVATING)
            .role(candidate, Role.ACTIVE, "takes the place of " + c.failed())
            .step(Draft.ACTIVATING, candidate + " is active")
            .write());
  }

  private List<Effect> verify(Case c) {
    String candidate = c.incident().candidate();
    Optional<InstanceView> instance = c.snapshot().instance(candidate);
    if (instance.filter(i -> i.routable(c.wallMs())).isPresent()) {
      return List.of(
          c.draft().phase(Phase.ROUTED).step("routed", candidate + " passes").activated().write());
    }
    Optional<String> hopeless = Startup.hopeless(c, limits.activationTimeoutMs());
    return hopeless.isPresent() ? List.of(next(c, hopeless.get())) : Startup.calls(c);
  }

  /** Leaves the present candidate and goes on with the next one. */
  private Effect next(Case c, String why) {
    Incident incident = c.incident();
    String left = incident.candidate();
    boolean given = incident.phase() == Phase.ACTIVATING;
    boolean away = Startup.missedNothing(c);
    Draft draft = away ? c.draft().leftCandidate() : c.draft().triedCandidate();
    draft.newEpoch().step("candidate-failed", left + " " + why);
    if (given) {
      draft.role(left, Role.STANDBY, "did not take the place of " + c.failed());
    }
    List<String> tried = new ArrayList<>(incident.tried());
    if (!away) {
      tried.add(left);
    }
    List<String> pool = Candidates.of(c.snapshot(), c.failed(), tried, c.wallMs());
    if (tried.size() >= limits.candidates()) {
      return fail(draft, c, tried.size() + " candidates were tried");
    }
    if (Choice.chosen(c).isPresent()) {
      return fail(draft, c, "the chosen one did not come up");
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
              c.switchover()
                  || (!c.failedPasses()
                      && (c.snapshot().recoveryDriver().isEmpty() || c.failedInstance().isEmpty()));
        };
    Hooks.Stand stand = Hooks.stand(c, HookPoint.AFTER);
    if (!over || !stand.over()) {
      return stand.effects();
    }
    if (c.incident().recovery() == Recovery.GIVEN_UP) {
      Hooks.Stand ofFailure = Hooks.stand(c, HookPoint.FAILED);
      if (!ofFailure.over()) {
        return ofFailure.effects();
      }
    }
    return List.of(
        c.draft()
            .phase(Phase.CLOSED)
            .step("closed", c.incident().candidate() + " serves")
            .finished("activated")
            .write());
  }
}
