package io.hawser.failover.core;

import io.hawser.failover.core.Ask.Purpose;
import io.hawser.failover.core.Progress.Answer;
import io.hawser.model.Facet.HookPoint;
import io.hawser.model.Facet.HookRef;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Phase;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the users have run in the course of a failover, one after another. How a hook ended is a
 * step of the record, so that the next manager does not run it again. One that was running when its
 * manager died is run again, under the same name.
 */
final class Hooks {
  /** What the names of their steps begin with. */
  static final String STEP = "hook-";

  private static final String OK = "ok";

  /**
   * How far the hooks of one point are.
   *
   * @param over whether all have ended
   * @param failed how the first that failed did
   * @param effects what is to be done until they are over
   */
  record Stand(boolean over, Optional<String> failed, List<Effect> effects) {}

  private Hooks() {}

  /** Whether a hook has aborted an incident. */
  static boolean aborted(Incident incident) {
    return incident.phase() == Phase.ABORTED
        && incident.steps().stream()
            .anyMatch(s -> s.name().startsWith(STEP + "before-") && !s.note().equals(OK));
  }

  static Stand stand(Case c, HookPoint when) {
    List<HookRef> hooks =
        c.snapshot().policy().hooks().stream().filter(h -> h.when() == when).toList();
    for (int i = 0; i < hooks.size(); i++) {
      String point = when.name().toLowerCase(Locale.ROOT);
      String step = STEP + point + "-" + (i + 1);
      Optional<String> ended = ended(c, step);
      if (ended.isEmpty()) {
        return new Stand(
            false, Optional.empty(), run(c, hooks.get(i), point, step, ordinal(when, i)));
      }
      if (!ended.get().equals(OK) && when == HookPoint.BEFORE) {
        return new Stand(true, ended, List.of());
      }
    }
    return new Stand(true, Optional.empty(), List.of());
  }

  private static long ordinal(HookPoint when, int index) {
    long base =
        switch (when) {
          case BEFORE -> 100;
          case AFTER -> 200;
          case FAILED -> 300;
        };
    return base + index;
  }

  private static Optional<String> ended(Case c, String step) {
    return c.incident().steps().stream()
        .filter(s -> s.name().equals(step))
        .map(IncidentStep::note)
        .reduce((first, last) -> last);
  }

  private static List<Effect> run(Case c, HookRef hook, String point, String step, long ordinal) {
    String instance = c.failed().isEmpty() ? c.incident().candidate() : c.failed();
    if (instance.isEmpty()) {
      return List.of(c.draft().step(step, OK).write());
    }
    Ask ask = c.ask(Purpose.HOOK, instance, ordinal);
    return switch (c.progress().answer(ask)) {
      case Answer.None ignored ->
          List.of(new Effect.Hook(call(c, ask, hook, point), hook.timeoutMs()));
      case Answer.Pending ignored -> List.of();
      case Answer.Done ignored -> List.of(c.draft().step(step, OK).write());
      case Answer.Refused refused -> List.of(c.draft().step(step, refused.detail()).write());
      case Answer.Unclear unclear -> List.of(c.draft().step(step, unclear.detail()).write());
    };
  }

  private static Effect.Drive call(Case c, Ask ask, HookRef hook, String point) {
    Map<String, String> details =
        Map.of(
            "point", point,
            "failed", c.failed(),
            "candidate", c.incident().candidate(),
            "reason", c.incident().reason());
    return new Effect.Drive(
        ask, hook.driver(), "", 0, c.incident().epoch(), c.around().term(), details);
  }
}
