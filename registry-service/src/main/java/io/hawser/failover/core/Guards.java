package io.hawser.failover.core;

import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Incident;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What holds a failover up, although somebody failed: an operator's pause, a service that flaps, a
 * mass failure, too many failovers at once. An incident that is held up goes on when the reason is
 * gone. What an operator orders is never held up.
 *
 * <p>A service is blocked from its third failover within a minute, for a minute at first and twice
 * as long each time after that, an hour at most; half an hour without a block makes it a minute
 * again, and an operator's acknowledgement lifts it.
 */
final class Guards {
  static final int FLAPS = 3;
  static final long FLAP_WINDOW_MS = 60_000;
  static final long FIRST_BLOCK_MS = 60_000;
  static final long LONGEST_BLOCK_MS = 3_600_000;
  static final long CALM_MS = 1_800_000;

  private static final int MAX_DOUBLINGS = 6;

  private Guards() {}

  /** Why nothing may be activated for an incident just now; the same words as long as it lasts. */
  static Optional<String> refusal(Case c, Limits limits) {
    return byHand(c.incident())
        ? Optional.empty()
        : refusal(c.snapshot(), c.around(), c.failed(), limits, c.wallMs());
  }

  /** The same for one that has begun: what is let in by the rate does not wait for it again. */
  static Optional<String> refusalOfBegun(Case c) {
    return byHand(c.incident())
        ? Optional.empty()
        : refusalOfBegun(c.snapshot(), c.around(), c.failed(), c.wallMs());
  }

  /** Why nothing may be activated just now in the place of an instance. */
  static Optional<String> refusal(
      Snapshot snapshot, Surroundings around, String failed, Limits limits, long wallMs) {
    return refusalOfBegun(snapshot, around, failed, wallMs).or(() -> rate(around, limits));
  }

  private static Optional<String> refusalOfBegun(
      Snapshot snapshot, Surroundings around, String failed, long wallMs) {
    return snapshot
        .pausedAt(wallMs)
        .map(
            p ->
                "paused by "
                    + p.owner()
                    + " until "
                    + Instant.ofEpochMilli(p.untilMs())
                    + ": "
                    + p.reason())
        .or(() -> blocked(snapshot.guard(), wallMs))
        .or(() -> mass(snapshot, around, failed));
  }

  /** Whether an operator ordered it; a policy's orders are in the name of {@link #POLICY}. */
  static boolean byHand(Incident incident) {
    return incident.order().filter(o -> !o.owner().equals(POLICY)).isPresent();
  }

  /** The owner of what nobody but the service's policy ordered. */
  static final String POLICY = "policy";

  static boolean isBlocked(FailoverGuard guard, long wallMs) {
    return wallMs < guard.blockedUntilMs();
  }

  private static Optional<String> blocked(FailoverGuard guard, long wallMs) {
    return isBlocked(guard, wallMs)
        ? Optional.of(
            "blocked until "
                + Instant.ofEpochMilli(guard.blockedUntilMs())
                + ": its third failover within a minute; an ack lifts that")
        : Optional.empty();
  }

  /** A service that nobody else serves is not held up: it cannot become worse. */
  private static Optional<String> mass(Snapshot snapshot, Surroundings around, String failed) {
    return around.massFailure() && snapshot.servedWithout(failed)
        ? Optional.of("mass failure: half of all instances fell at once, the cause may be common")
        : Optional.empty();
  }

  private static Optional<String> rate(Surroundings around, Limits limits) {
    return around.failoversInMinute() >= limits.perMinute()
        ? Optional.of("rate: " + limits.perMinute() + " failovers were begun within a minute")
        : Optional.empty();
  }

  /** Whether a failover that begins now is one too many. */
  static boolean flaps(FailoverGuard guard, long wallMs) {
    return recent(guard, wallMs).size() >= FLAPS - 1;
  }

  static FailoverGuard block(FailoverGuard guard, long wallMs) {
    boolean calm = wallMs - guard.blockedUntilMs() > CALM_MS;
    int strikes = calm ? 1 : guard.strikes() + 1;
    long lengthMs =
        Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS << Math.min(strikes - 1, MAX_DOUBLINGS));
    return new FailoverGuard(guard.epoch(), List.of(), strikes, wallMs + lengthMs);
  }

  static FailoverGuard begin(FailoverGuard guard, long wallMs) {
    List<Long> begun = recent(guard, wallMs);
    begun.add(wallMs);
    return new FailoverGuard(guard.epoch(), begun, guard.strikes(), guard.blockedUntilMs());
  }

  /** Somebody has looked at it. */
  static FailoverGuard acknowledge(FailoverGuard guard) {
    return new FailoverGuard(guard.epoch(), List.of(), 0, 0);
  }

  private static List<Long> recent(FailoverGuard guard, long wallMs) {
    return new ArrayList<>(
        guard.failoversAtMs().stream().filter(at -> wallMs - at < FLAP_WINDOW_MS).toList());
  }
}
