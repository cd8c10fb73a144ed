package io.hawser.failover.core;

import io.hawser.failover.core.Ask.Purpose;
import io.hawser.failover.core.Progress.Answer;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Rendezvous;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the failed instance back. Runs beside the activation and never before it.
 *
 * <pre>
 * NONE     -> TRYING 1   there is a driver, and the activation is under way or has failed; after the backoff times n when
 *                        it was brought back n times lately  | GIVEN_UP when that was as often as there are attempts
 * TRYING   -> WAITING    the driver refused, or the instance does not pass in time  | GIVEN_UP after the last attempt;
 *                        as long as the driver's node is not there, the attempt waits for it
 * WAITING  -> TRYING n+1 after the backoff times n
 * any      -> RECOVERED  the instance passes for its probation, whoever brought it back (FAILED is then CLOSED)
 * </pre>
 */
final class RecoveryOfFailed {
  private static final String PROBATION = "probation";

  /** How far back one looks for earlier failures of the same instance. */
  static final long LOOP_MS = 600_000;

  private final Limits limits;

  RecoveryOfFailed(Limits limits) {
    this.limits = limits;
  }

  List<Effect> decide(Case c) {
    if (!mayRun(c)) {
      return List.of();
    }
    if (c.failedPasses()) {
      boolean done =
          c.incident().recovery() == Recovery.RECOVERED && c.incident().phase() != Phase.FAILED;
      return done || !stoodProbation(c) ? List.of() : List.of(recovered(c));
    }
    c.progress().forget(PROBATION);
    return switch (c.incident().recovery()) {
      case NONE -> begin(c);
      case TRYING -> going(c, this::trying);
      case WAITING -> going(c, this::waiting);
      case RECOVERED, GIVEN_UP -> List.of();
    };
  }

  private static boolean mayRun(Case c) {
    if (c.switchover()) {
      return false;
    }
    return switch (c.incident().phase()) {
      case ACTIVATING, ROUTED, FAILED, CLOSED -> true;
      case OPENED ->
          c.incident().attempt() > 0 || Guards.isBlocked(c.snapshot().guard(), c.wallMs());
      case PLANNED, PREPARING, REMOVED, FENCED -> c.incident().attempt() > 0;
      case ABORTED -> false;
    };
  }

  private boolean stoodProbation(Case c) {
    return c.progress().waitedMs(PROBATION, c.nowNs()) >= limits.probationMs();
  }

  /**
   * Whether nobody is to be started just now: by order, or since the cause may be elsewhere. Where
   * nobody else serves a start can only help, and a mass failure ends by starts.
   */
  private static boolean held(Case c) {
    return c.snapshot().inMaintenance(c.failed(), c.wallMs())
        || c.snapshot().pausedAt(c.wallMs()).isPresent()
        || (c.around().massFailure() && c.snapshot().servedWithout(c.failed()));
  }

  private static Effect recovered(Case c) {
    Draft draft = c.draft().recovery(Recovery.RECOVERED).step("recovered", c.failed() + " passes");
    if (c.incident().phase() != Phase.FAILED) {
      return draft.write();
    }
    return ended(c, draft.phase(Phase.CLOSED), "recovered").write();
  }

  private List<Effect> begin(Case c) {
    if (c.incident().phase() == Phase.FAILED
        && c.failedInstance().isEmpty()
        && c.snapshot().recoveryDriver().isPresent()) {
      return List.of(giveUp(c, c.failed() + " is registered no more"));
    }
    boolean wanted =
        c.incident().phase() != Phase.CLOSED
            && c.failedInstance().isPresent()
            && c.snapshot().recoveryDriver().isPresent()
            && !broughtBackByAnother(c)
            && !held(c);
    return wanted ? beginUnlessItLoops(c) : List.of();
  }

  /** Whether another incident is at it, as when what failed is ordered to give its place up. */
  private static boolean broughtBackByAnother(Case c) {
    return c.snapshot().incidents().entrySet().stream()
        .filter(e -> !e.getKey().equals(c.id()))
        .map(Map.Entry::getValue)
        .filter(i -> i.failed().equals(c.failed()))
        .anyMatch(i -> i.recovery() == Recovery.TRYING || i.recovery() == Recovery.WAITING);
  }

  /** What comes up and dies again and again has as many attempts as what does not come up. */
  private List<Effect> beginUnlessItLoops(Case c) {
    int before = broughtBackLately(c);
    if (before >= limits.recoveryAttempts()) {
      String often = before + " times within " + LOOP_MS / 60_000 + " minutes";
      return List.of(giveUp(c, "crash loop: brought back " + often));
    }
    boolean due =
        before == 0
            || c.progress().waitedMs("crash backoff", c.nowNs()) >= backoffMs(c.id(), before);
    return due ? List.of(attempt(c, 1)) : List.of();
  }

  private static int broughtBackLately(Case c) {
    return (int)
        c.snapshot().incidents().values().stream()
            .filter(i -> i.failed().equals(c.failed()) && i.recovery() == Recovery.RECOVERED)
            .filter(i -> i.attempt() > 0 && c.wallMs() - i.openedAtMs() < LOOP_MS)
            .count();
  }

  private static Effect attempt(Case c, int attempt) {
    boolean behind = c.snapshot().ownerEpoch().newerThan(c.incident().epoch());
    return (behind ? c.draft().newEpoch() : c.draft())
        .recovery(Recovery.TRYING)
        .attempt(attempt)
        .step("recovery-attempt", "attempt " + attempt)
        .write();
  }

  private interface Going {
    List<Effect> with(Case c, DriverRef driver);
  }

  private List<Effect> going(Case c, Going step) {
    Optional<DriverRef> driver = c.snapshot().recoveryDriver();
    if (c.failedInstance().isEmpty()) {
      return List.of(giveUp(c, c.failed() + " is registered no more"));
    }
    return driver.isEmpty()
        ? List.of(giveUp(c, "the policy names no recovery driver any more"))
        : step.with(c, driver.get());
  }

  private List<Effect> trying(Case c, DriverRef driver) {
    Ask ask = c.ask(Purpose.RECOVER, c.failed(), c.incident().attempt());
    return switch (c.progress().answer(ask)) {
      case Answer.None ignored -> call(c, driver, ask);
      case Answer.Pending ignored -> List.of();
      case Answer.Refused refused ->
          refused.code().equals(Effect.Drive.OWNER_GONE)
              ? awaitOwner(c, driver, ask, refused.detail())
              : List.of(missed(c, refused.detail()));
      case Answer.Done done -> verify(c, done.atNs(), "it runs but does not pass");
      case Answer.Unclear unclear -> verify(c, unclear.atNs(), unclear.detail());
    };
  }

  /**
   * A machine that starts anew takes longer than all attempts together, and nobody else may start
   * what is its: that is no miss. It is asked until it is there again.
   */
  private static List<Effect> awaitOwner(Case c, DriverRef driver, Ask ask, String why) {
    if (c.saidLast(Case.RECOVERY_HELD).isEmpty()) {
      return List.of(c.draft().step(Case.RECOVERY_HELD, why).write());
    }
    return Startup.due(c, ask) ? call(c, driver, ask) : List.of();
  }

  private static List<Effect> call(Case c, DriverRef driver, Ask ask) {
    if (held(c)) {
      return List.of();
    }
    return c.failedInstance()
        .map(i -> i.registration())
        .<List<Effect>>map(
            r ->
                List.of(
                    new Effect.Drive(
                        ask, driver, r.host(), r.port(), c.incident().epoch(), c.around().term())))
        .orElse(List.of());
  }

  private List<Effect> verify(Case c, long sinceNs, String why) {
    return Progress.elapsedMs(sinceNs, c.nowNs()) < limits.recoveryVerifyMs()
        ? List.of()
        : List.of(missed(c, why));
  }

  private Effect missed(Case c, String why) {
    int attempt = c.incident().attempt();
    if (attempt >= limits.recoveryAttempts()) {
      return giveUp(c, "attempt " + attempt + " missed: " + why);
    }
    return c.draft()
        .recovery(Recovery.WAITING)
        .step("recovery-missed", "attempt " + attempt + ": " + why)
        .write();
  }

  private static Effect giveUp(Case c, String why) {
    boolean over = c.incident().phase() == Phase.FAILED && !c.ordered();
    return (over ? c.draft().gaveUp() : c.draft())
        .recovery(Recovery.GIVEN_UP)
        .step("recovery-given-up", why)
        .write();
  }

  /**
   * An order that failed was told to have when it did: what becomes of the instance is no order.
   */
  private static Draft ended(Case c, Draft draft, String result) {
    return c.ordered() ? draft : draft.finished(result);
  }

  private List<Effect> waiting(Case c, DriverRef driver) {
    int attempt = c.incident().attempt();
    long waitedMs = c.progress().waitedMs("backoff " + attempt, c.nowNs());
    boolean due = waitedMs >= backoffMs(c.id(), attempt) && !held(c);
    return due ? List.of(attempt(c, attempt + 1)) : List.of();
  }

  /** Up to a tenth more or less, so that what failed together does not start together. */
  private long backoffMs(String incident, int attempt) {
    long plainMs = limits.recoveryBackoffMs() * attempt;
    long permille = 900 + Math.floorMod(Rendezvous.hash(incident + attempt), 201L);
    return plainMs * permille / 1_000;
  }
}
