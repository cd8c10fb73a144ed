package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.failover.core.Progress.Answer;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gets a candidate to run: has a driver start its process, and registers one that does not register
 * itself.
 */
final class Startup {
  /** A driver's argument: register the instance, because its process does not register itself. */
  static final String REGISTER_ARG = "register";

  /** The pause before a call whose end is not known is made again. */
  static final long RETRY_MS = 1_000;

  private static final String BY = "failover";

  private Startup() {}

  /** Why the present candidate will not come up, or has not in time; empty as long as it may. */
  static Optional<String> hopeless(Case c, long timeoutMs) {
    String candidate = c.incident().candidate();
    String what = c.incident().phase() + " " + candidate + " " + c.incident().epoch().value();
    long waitedMs = c.progress().waitedMs(what, c.nowNs());
    if (c.snapshot().inMaintenance(candidate, c.wallMs())) {
      return Optional.of("is in maintenance");
    }
    if (waitedMs >= timeoutMs) {
      return Optional.of("does not pass after " + waitedMs + " ms");
    }
    return c.progress().answer(activate(c)) instanceof Answer.Refused refused
        ? Optional.of("was not started: " + refused.detail())
        : Optional.empty();
  }

  /**
   * Whether nobody was there who could have started the present candidate. One that somebody was
   * asked to start is another matter, whatever became of it: it may be what ends its machine.
   */
  static boolean missedNothing(Case c) {
    return switch (c.progress().answer(activate(c))) {
      case Answer.None ignored -> c.snapshot().away().containsKey(candidate(c));
      case Answer.Refused refused -> Effect.Drive.isAway(refused.code());
      case Answer.Pending ignored -> false;
      case Answer.Done ignored -> false;
      case Answer.Unclear ignored -> false;
    };
  }

  /** The calls that are due for the present candidate. */
  static List<Effect> calls(Case c) {
    Optional<Backup> backup = Optional.ofNullable(c.snapshot().backups().get(candidate(c)));
    List<Effect> calls = new ArrayList<>();
    backup.flatMap(b -> startCall(c, b)).ifPresent(calls::add);
    if (c.snapshot().instance(candidate(c)).isEmpty()) {
      backup.flatMap(b -> registerCall(c, b)).ifPresent(calls::add);
    }
    return calls;
  }

  private static String candidate(Case c) {
    return c.incident().candidate();
  }

  private static Ask activate(Case c) {
    return c.ask(Purpose.ACTIVATE, candidate(c), c.incident().epoch().value());
  }

  private static Optional<Effect> startCall(Case c, Backup backup) {
    Ask ask = activate(c);
    if (backup.mode() != BackupMode.COLD || c.snapshot().passing(candidate(c)) || !due(c, ask)) {
      return Optional.empty();
    }
    return backup
        .driver()
        .map(
            d ->
                new Effect.Drive(
                    ask, d, backup.host(), backup.port(), c.incident().epoch(), c.around().term()));
  }

  private static Optional<Effect> registerCall(Case c, Backup backup) {
    boolean registersItself =
        backup.mode() == BackupMode.COLD
            && !(c.progress().answer(activate(c)) instanceof Answer.Done
                && backup.driver().map(DriverRef::args).orElse(Map.of()).containsKey(REGISTER_ARG));
    Ask ask = c.ask(Purpose.REGISTER, candidate(c), c.incident().epoch().value());
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

  /** Whether a call is to be made, for the first time or again. */
  static boolean due(Case c, Ask ask) {
    return switch (c.progress().answer(ask)) {
      case Answer.None ignored -> true;
      case Answer.Pending ignored -> false;
      case Answer.Done ignored -> false;
      case Answer.Refused r -> Progress.elapsedMs(r.atNs(), c.nowNs()) >= RETRY_MS;
      case Answer.Unclear u -> Progress.elapsedMs(u.atNs(), c.nowNs()) >= RETRY_MS;
    };
  }
}
