package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.failover.core.Snapshot.Gone;
import io.hawser.model.Event;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Order;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** When an incident is opened, and with which record. */
final class Openings {
  /** By how much the clocks of a verdict's observer and of a manager may differ. */
  private static final long CLOCK_SLACK_MS = 60_000;

  /** For how long nobody is active before that counts: a client may come back at once. */
  static final long VACANT_MS = 1_000;

  /** For how long a hook that failed keeps the same failure from being looked at again. */
  static final long VETO_MS = 60_000;

  private Progress vacancy = new Progress();

  /** The incident that is due in a service that has no activation under way. */
  Optional<Effect.Write> due(Snapshot snapshot, Surroundings around, long nowNs, long wallMs) {
    if (!snapshot.vacant()) {
      vacancy = new Progress();
    }
    if (snapshot.activationOpen()) {
      return Optional.empty();
    }
    return surplus(snapshot, around, wallMs)
        .or(() -> failure(snapshot, around, wallMs))
        .or(() -> vacancy(snapshot, around, nowNs, wallMs))
        .or(() -> Failbacks.due(snapshot, around, wallMs));
  }

  /**
   * Two that are active in an exclusive service, as when it was an ordinary one before: neither is
   * routed. All but the one that was made active last stand by from now on. Nobody can have gone by
   * their roles since the service is exclusive, so nothing is waited for.
   */
  private static Optional<Effect.Write> surplus(
      Snapshot snapshot, Surroundings around, long wallMs) {
    List<String> actives = snapshot.exclusive() ? snapshot.activeByRecord() : List.of();
    if (actives.size() < 2) {
      return Optional.empty();
    }
    String kept = actives.getLast();
    String reason = actives + " were active in an exclusive service";
    Order order = new Order(OrderKind.SWITCHOVER, kept, Guards.POLICY, reason);
    String id = IncidentIds.of(snapshot, actives.getFirst(), "surplus", wallMs);
    Incident first = first(snapshot, actives.getFirst(), reason, Optional.of(order), wallMs);
    Draft draft =
        Draft.open(snapshot, around, id, first, wallMs)
            .step("opened", reason)
            .phase(Phase.CLOSED)
            .candidate(kept)
            .recovery(Recovery.RECOVERED);
    actives.subList(0, actives.size() - 1).forEach(a -> draft.role(a, Role.STANDBY, reason));
    return Optional.of(draft.step("closed", kept + " alone is active").write());
  }

  private static Optional<Effect.Write> failure(
      Snapshot snapshot, Surroundings around, long wallMs) {
    return snapshot.view().instances().stream()
        .filter(i -> snapshot.active(i) && i.health() == Health.DOWN)
        .filter(i -> !i.inMaintenance(wallMs))
        .filter(i -> !handled(snapshot, i) && !known(snapshot, i, wallMs))
        .filter(i -> canHelp(snapshot, i, wallMs) || snapshot.wantsPool())
        .min(Comparator.comparingLong(Openings::downSinceMs).thenComparing(InstanceView::key))
        .map(i -> failed(snapshot, around, i, wallMs));
  }

  /**
   * The last active instance was deregistered or evicted, or nobody ever was active in an exclusive
   * service, while somebody passes. Nothing is started for that: it may be the end of the service.
   */
  private Optional<Effect.Write> vacancy(
      Snapshot snapshot, Surroundings around, long nowNs, long wallMs) {
    String gone = snapshot.gone().map(Gone::id).orElse("");
    boolean vacant = snapshot.vacant() && (snapshot.gone().isPresent() || snapshot.exclusive());
    if (!vacant || (!gone.isEmpty() && snapshot.beingHandled(gone))) {
      return Optional.empty();
    }
    boolean somebody =
        Candidates.of(snapshot, gone, List.of(), wallMs).stream().anyMatch(snapshot::passing);
    boolean vetoed =
        snapshot.incidents().values().stream()
            .anyMatch(i -> i.failed().equals(gone) && vetoed(i, wallMs));
    if (!somebody || vetoed || vacancy.waitedMs(gone, nowNs) < VACANT_MS) {
      return Optional.empty();
    }
    vacancy = new Progress();
    boolean left = !gone.isEmpty();
    long sinceMs = snapshot.gone().map(Gone::sinceMs).orElse(wallMs);
    return Optional.of(
        open(
            snapshot,
            around,
            IncidentIds.of(snapshot, gone, "", sinceMs),
            first(
                snapshot,
                gone,
                left ? "deregistered" : "nobody is active",
                Optional.empty(),
                wallMs),
            left ? gone + " is registered no more" : "nobody is active",
            wallMs));
  }

  private static boolean handled(Snapshot snapshot, InstanceView failed) {
    return snapshot.present(failed.key().id()).values().stream().anyMatch(Snapshot::unfinished);
  }

  private static boolean canHelp(Snapshot snapshot, InstanceView failed, long wallMs) {
    return snapshot.recoveryDriver().isPresent()
        || !Candidates.of(snapshot, failed.key().id(), List.of(), wallMs).isEmpty();
  }

  /**
   * Whether this failure had its incident: one of the same incarnation after which the instance was
   * never seen to pass again. A verdict that is much younger than the incident's last step is
   * another failure all the same. One that was aborted is tried again: at once, but for a while
   * after a hook has aborted it.
   */
  private static boolean known(Snapshot snapshot, InstanceView failed, long wallMs) {
    return snapshot.present(failed.key().id()).values().stream()
        .filter(i -> i.failedIncarnation().equals(failed.registration().incarnation()))
        .filter(i -> i.order().isEmpty())
        .filter(i -> i.phase() != Phase.ABORTED || vetoed(i, wallMs))
        .filter(i -> i.recovery() != Recovery.RECOVERED)
        .anyMatch(i -> downSinceMs(failed) <= lastStepMs(i) + CLOCK_SLACK_MS);
  }

  private static boolean vetoed(Incident incident, long wallMs) {
    return Hooks.aborted(incident) && wallMs - lastStepMs(incident) < VETO_MS;
  }

  private static long downSinceMs(InstanceView instance) {
    return instance.verdict().map(Verdict::sinceMs).orElse(0L);
  }

  static long lastStepMs(Incident incident) {
    return incident.steps().stream()
        .mapToLong(IncidentStep::atMs)
        .max()
        .orElse(incident.openedAtMs());
  }

  private static Effect.Write failed(
      Snapshot snapshot, Surroundings around, InstanceView failed, long wallMs) {
    String reason = failed.verdict().map(Verdict::reason).orElse("down");
    String incarnation = failed.registration().incarnation();
    String instance = failed.key().id();
    String id = IncidentIds.of(snapshot, instance, incarnation, downSinceMs(failed));
    Incident first = first(snapshot, instance, reason, Optional.empty(), wallMs);
    Optional<Detection> detection = failed.verdict().map(v -> Detection.of(v, wallMs));
    return draft(snapshot, around, id, first, wallMs)
        .detected(detection)
        .step("opened", instance + " is down: " + reason)
        .write();
  }

  /** The record of what an operator or the policy ordered. */
  static Effect.Write ordered(
      Snapshot snapshot, Surroundings around, String instance, Order order, long wallMs) {
    String id = IncidentIds.of(snapshot, instance, order.kind().name(), wallMs);
    Incident first = first(snapshot, instance, order.reason(), Optional.of(order), wallMs);
    String note = order.kind() + " ordered by " + order.owner() + ": " + order.reason();
    return open(snapshot, around, id, first, note, wallMs);
  }

  private static Incident first(
      Snapshot snapshot, String failed, String reason, Optional<Order> order, long wallMs) {
    Optional<InstanceView> instance = snapshot.instance(failed);
    return new Incident(
        snapshot.service(),
        failed,
        instance.map(i -> i.registration().incarnation()).orElse(""),
        reason,
        Phase.OPENED,
        "",
        List.of(),
        snapshot.nextEpoch(),
        Recovery.NONE,
        0,
        wallMs,
        List.of(),
        instance.flatMap(InstanceView::verdict).map(Verdict::evidence).orElse(List.of()),
        order,
        0);
  }

  private static Effect.Write open(
      Snapshot snapshot, Surroundings around, String id, Incident first, String note, long wallMs) {
    return draft(snapshot, around, id, first, wallMs).step("opened", note).write();
  }

  private static Draft draft(
      Snapshot snapshot, Surroundings around, String id, Incident first, long wallMs) {
    return Draft.open(snapshot, around, id, first, wallMs)
        .event(new Event.FailoverStarted(first.service(), id, first.failed(), first.reason()));
  }
}
