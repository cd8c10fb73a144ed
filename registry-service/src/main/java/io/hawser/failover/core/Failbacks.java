package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Failback;
import io.hawser.model.Facet.FailbackMode;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Order;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What becomes of one that was brought back, as the policy of its service says. Without state. */
final class Failbacks {
  /** The step that tells operators that one may have its place again. */
  static final String DUE = "failback-due";

  /** After a return that did not come about the next one is tried no sooner. */
  static final long PAUSE_MS = 300_000;

  private Failbacks() {}

  /** The switchover that is due, or what operators are to be told. */
  static Optional<Effect.Write> due(Snapshot snapshot, Surroundings around, long wallMs) {
    FailbackMode mode = policy(snapshot).mode();
    boolean wanted = mode == FailbackMode.AUTO || mode == FailbackMode.MANUAL;
    if (!wanted || snapshot.pausedAt(wallMs).isPresent()) {
      return Optional.empty();
    }
    return snapshot.incidents().entrySet().stream()
        .filter(e -> e.getValue().phase() == Phase.CLOSED)
        .filter(e -> e.getValue().recovery() == Recovery.RECOVERED)
        .filter(e -> mode == FailbackMode.AUTO || !said(e.getValue()))
        .filter(e -> stillInItsPlace(snapshot, e.getKey(), e.getValue()))
        .filter(e -> stable(snapshot, e.getValue().failed(), wallMs))
        .filter(e -> mayReturn(snapshot, e.getValue(), wallMs))
        .filter(e -> !missedLately(snapshot, e.getValue().failed(), wallMs))
        .min(Map.Entry.comparingByKey())
        .map(
            e ->
                mode == FailbackMode.AUTO
                    ? order(snapshot, around, e.getKey(), e.getValue(), wallMs)
                    : tell(snapshot, around, e.getKey(), e.getValue(), wallMs));
  }

  /**
   * Whether one was brought back and is to have no place any more unless somebody names it. Where
   * nobody took its place it has to serve all the same.
   */
  static boolean retired(Snapshot snapshot, String id) {
    RoleRecord role = snapshot.roles().get(id);
    return policy(snapshot).mode() == FailbackMode.NONE
        && role != null
        && role.role() == Role.STANDBY
        && Optional.ofNullable(snapshot.incidents().get(role.incident()))
            .filter(i -> i.failed().equals(id) && i.order().isEmpty())
            .filter(i -> !i.candidate().isEmpty())
            .isPresent();
  }

  private static Failback policy(Snapshot snapshot) {
    return snapshot.policy().failback().orElse(Failback.STANDBY);
  }

  private static Effect.Write order(
      Snapshot snapshot, Surroundings around, String id, Incident incident, long wallMs) {
    Order order =
        new Order(OrderKind.SWITCHOVER, incident.failed(), Guards.POLICY, "failback after " + id);
    return Openings.ordered(snapshot, around, incident.candidate(), order, wallMs);
  }

  private static Effect.Write tell(
      Snapshot snapshot, Surroundings around, String id, Incident incident, long wallMs) {
    return Draft.next(snapshot, around, id, wallMs)
        .step(DUE, incident.failed() + " may have its place again: switch over when it suits")
        .write();
  }

  /** Whether it was to return not long ago and something was in the way, as a hook that failed. */
  private static boolean missedLately(Snapshot snapshot, String returning, long wallMs) {
    long pauseMs = Math.max(policy(snapshot).stableMs(), PAUSE_MS);
    return snapshot.incidents().values().stream()
        .filter(i -> i.phase() == Phase.ABORTED || i.phase() == Phase.FAILED)
        .filter(i -> i.order().filter(o -> returnOf(o, returning)).isPresent())
        .anyMatch(i -> wallMs - Openings.lastStepMs(i) < pauseMs);
  }

  private static boolean returnOf(Order order, String returning) {
    return order.owner().equals(Guards.POLICY) && order.candidate().equals(returning);
  }

  private static boolean said(Incident incident) {
    return incident.steps().stream().anyMatch(s -> s.name().equals(DUE));
  }

  private static boolean stillInItsPlace(Snapshot snapshot, String id, Incident incident) {
    RoleRecord role = snapshot.roles().get(incident.candidate());
    return role != null
        && role.incident().equals(id)
        && snapshot.instance(incident.candidate()).filter(snapshot::active).isPresent();
  }

  private static boolean stable(Snapshot snapshot, String id, long wallMs) {
    return snapshot
        .instance(id)
        .filter(InstanceView::passing)
        .filter(i -> !snapshot.active(i))
        .flatMap(InstanceView::verdict)
        .map(Verdict::sinceMs)
        .filter(since -> wallMs - since >= policy(snapshot).stableMs())
        .isPresent();
  }

  private static boolean mayReturn(Snapshot snapshot, Incident incident, long wallMs) {
    return Candidates.whyNot(snapshot, incident.candidate(), incident.failed(), List.of(), wallMs)
        .isEmpty();
  }
}
