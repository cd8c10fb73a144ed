package io.hawser.failover.core;

import io.hawser.model.Facet.HookPoint;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import java.util.List;

/** What becomes of an incident in which nobody came up. */
final class NextRound {
  /**
   * After a round of candidates without success the next one waits as long again as the incident
   * has lasted, within these bounds.
   */
  static final long MIN_ROUND_MS = 30_000;

  static final long MAX_ROUND_MS = 300_000;

  /** For how long after a failure its hooks are run. */
  private static final long HOOKS_MS = 60_000;

  private final Limits limits;

  NextRound(Limits limits) {
    this.limits = limits;
  }

  /**
   * Nobody came up when the instance failed. A standby that passes now is taken whatever became of
   * it then; who never was asked is asked at once, and the others when the next round is due.
   */
  List<Effect> decide(Case c) {
    List<Effect> hooks = hooks(c);
    if (!hooks.isEmpty()) {
      return hooks;
    }
    boolean wanted =
        c.snapshot().down(c.failed())
            && (c.failedInstance().filter(c.snapshot()::active).isPresent() || abandoned(c))
            && !c.snapshot().inMaintenance(c.failed(), c.wallMs())
            && !c.snapshot().activationOpen()
            && !c.ordered()
            && Guards.refusal(c, limits).isEmpty();
    if (!wanted) {
      return List.of();
    }
    List<String> all = Candidates.of(c.snapshot(), c.failed(), List.of(), c.wallMs());
    if (all.isEmpty()) {
      return List.of();
    }
    long waitedMs = c.progress().waitedMs("next round " + c.incident().epoch().value(), c.nowNs());
    if (c.snapshot().passing(all.getFirst()) || waitedMs >= roundMs(c.incident())) {
      return List.of(Activation.planned(begun(c).anew(), all.getFirst()));
    }
    List<String> fresh =
        c.incident().tried().size() < limits.candidates() ? Choice.pool(c) : List.of();
    return fresh.isEmpty() ? List.of() : List.of(Activation.planned(begun(c), fresh.getFirst()));
  }

  /** One that found nobody at all has begun nothing yet, and counts now. */
  private static Draft begun(Case c) {
    boolean counted = c.incident().steps().stream().anyMatch(s -> s.name().equals("planned"));
    return counted ? c.draft() : Activation.begun(c);
  }

  /** An exclusive service gives nobody its role back when a candidate had it meanwhile. */
  private static boolean abandoned(Case c) {
    return c.exclusive() && c.snapshot().vacant();
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

  private static List<Effect> hooks(Case c) {
    boolean fresh = c.wallMs() - c.incident().steps().getLast().atMs() < HOOKS_MS;
    return fresh ? Hooks.stand(c, HookPoint.FAILED).effects() : List.of();
  }
}
