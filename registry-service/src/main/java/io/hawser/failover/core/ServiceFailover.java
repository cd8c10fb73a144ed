package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.failover.core.Progress.Answer;
import io.hawser.failover.core.Snapshot.Gone;
import io.hawser.model.Event;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The failovers of one service: when one begins, and what comes next in each.
 *
 * <p>Level-triggered: {@link #decide} looks at what is, never at what changed, and may be called at
 * any time. Its state is the incidents in the catalog; what is kept here is soft. Not thread-safe:
 * owned by one verticle.
 */
public final class ServiceFailover {
  /** By how much the clocks of a verdict's observer and of a manager may differ. */
  private static final long CLOCK_SLACK_MS = 60_000;

  /** For how long nobody is active before that counts: a client may come back at once. */
  static final long VACANT_MS = 1_000;

  private final Activation activation;
  private final RecoveryOfFailed recovery;
  private final Map<String, Progress> progress = new HashMap<>();
  private Progress vacancy = new Progress();

  public ServiceFailover(Limits limits) {
    this.activation = new Activation(limits);
    this.recovery = new RecoveryOfFailed(limits);
  }

  /**
   * What is to be done now: calls, which are told to this object as made by being returned, and at
   * most one write, the last. After the write there may be more: ask again.
   */
  public List<Effect> decide(Snapshot snapshot, long nowNs, long wallMs) {
    List<Effect> effects = new ArrayList<>();
    Optional<Effect> demotion = Rivals.demotion(snapshot, wallMs);
    if (demotion.isPresent()) {
      return List.of(demotion.get());
    }
    for (Map.Entry<String, Incident> entry : snapshot.incidents().entrySet()) {
      Progress soft = progress.computeIfAbsent(entry.getKey(), id -> new Progress());
      Case c = new Case(snapshot, entry.getKey(), entry.getValue(), soft, nowNs, wallMs);
      if (addUntilWrite(effects, activation.decide(c))
          || addUntilWrite(effects, recovery.decide(c))) {
        return effects;
      }
    }
    forgetEnded(snapshot);
    if (!snapshot.vacant()) {
      vacancy = new Progress();
    }
    if (!snapshot.activationOpen()) {
      trigger(snapshot, wallMs)
          .or(() -> fillVacancy(snapshot, nowNs, wallMs))
          .ifPresent(effects::add);
    }
    return effects;
  }

  private boolean addUntilWrite(List<Effect> effects, List<Effect> more) {
    boolean writes = false;
    for (Effect effect : more) {
      effects.add(effect);
      switch (effect) {
        case Effect.Write ignored -> writes = true;
        case Effect.Drive drive -> called(drive.ask());
        case Effect.Register register -> called(register.ask());
      }
    }
    return writes;
  }

  private void called(Ask ask) {
    progress.computeIfAbsent(ask.incident(), id -> new Progress()).put(ask, new Answer.Pending());
  }

  /** Takes the end of a call in. */
  public void answered(Ask ask, Outcome<?> outcome, long nowNs) {
    Answer answer =
        switch (outcome) {
          case Outcome.Ok<?> ignored -> new Answer.Done(nowNs);
          case Outcome.Rejected<?> r -> new Answer.Refused(nowNs, r.code() + ": " + r.detail());
          case Outcome.Unknown<?> unknown -> new Answer.Unclear(nowNs, unknown.detail());
        };
    Optional.ofNullable(progress.get(ask.incident())).ifPresent(p -> p.put(ask, answer));
  }

  private void forgetEnded(Snapshot snapshot) {
    progress
        .keySet()
        .removeIf(
            id -> {
              Incident incident = snapshot.incidents().get(id);
              return incident == null
                  || (incident.phase() != Phase.FAILED && !Snapshot.unfinished(incident));
            });
  }

  private Optional<Effect> trigger(Snapshot snapshot, long wallMs) {
    return snapshot.view().instances().stream()
        .filter(i -> i.role() == Role.ACTIVE && i.health() == Health.DOWN)
        .filter(i -> !i.inMaintenance(wallMs))
        .filter(i -> !snapshot.beingHandled(i.key().id()) && !known(snapshot, i))
        .filter(i -> canHelp(snapshot, i, wallMs))
        .min(
            Comparator.comparingLong(ServiceFailover::downSinceMs).thenComparing(InstanceView::key))
        .map(i -> open(snapshot, i, wallMs));
  }

  /**
   * The last active instance was deregistered or evicted while a standby passes. Nothing is started
   * for that: it may be the end of the service.
   */
  private Optional<Effect> fillVacancy(Snapshot snapshot, long nowNs, long wallMs) {
    return snapshot
        .gone()
        .filter(g -> snapshot.vacant() && !snapshot.beingHandled(g.id()))
        .filter(
            g ->
                Candidates.of(snapshot, g.id(), List.of(), wallMs).stream()
                    .anyMatch(snapshot::passing))
        .filter(g -> vacancy.waitedMs(g.id(), nowNs) >= VACANT_MS)
        .map(g -> open(snapshot, g, wallMs));
  }

  private static boolean canHelp(Snapshot snapshot, InstanceView failed, long wallMs) {
    return snapshot.recoveryDriver().isPresent()
        || !Candidates.of(snapshot, failed.key().id(), List.of(), wallMs).isEmpty();
  }

  /**
   * Whether this failure had its incident: one of the same incarnation after which the instance was
   * never seen to pass again. A verdict that is much younger than the incident's last step is
   * another failure all the same.
   */
  private static boolean known(Snapshot snapshot, InstanceView failed) {
    return snapshot.incidents().values().stream()
        .filter(i -> i.failed().equals(failed.key().id()))
        .filter(i -> i.failedIncarnation().equals(failed.registration().incarnation()))
        .filter(i -> i.phase() != Phase.ABORTED && i.recovery() != Recovery.RECOVERED)
        .anyMatch(i -> downSinceMs(failed) <= lastStepMs(i) + CLOCK_SLACK_MS);
  }

  private static long downSinceMs(InstanceView instance) {
    return instance.verdict().map(Verdict::sinceMs).orElse(0L);
  }

  private static long lastStepMs(Incident incident) {
    return incident.steps().stream()
        .mapToLong(IncidentStep::atMs)
        .max()
        .orElse(incident.openedAtMs());
  }

  private static Effect open(Snapshot snapshot, InstanceView failed, long wallMs) {
    String reason = failed.verdict().map(Verdict::reason).orElse("down");
    String incarnation = failed.registration().incarnation();
    String id = IncidentIds.of(snapshot, failed.key(), incarnation, downSinceMs(failed));
    String instance = failed.key().id();
    Incident first = first(snapshot, instance, incarnation, reason, wallMs);
    return open(snapshot, id, first, instance + " is down: " + reason, wallMs);
  }

  private static Effect open(Snapshot snapshot, Gone gone, long wallMs) {
    InstanceKey key = new InstanceKey(snapshot.service(), gone.id());
    String id = IncidentIds.of(snapshot, key, "", gone.sinceMs());
    Incident first = first(snapshot, gone.id(), "", "deregistered", wallMs);
    return open(snapshot, id, first, gone.id() + " is registered no more", wallMs);
  }

  private static Incident first(
      Snapshot snapshot, String failed, String incarnation, String reason, long wallMs) {
    return new Incident(
        snapshot.service(),
        failed,
        incarnation,
        reason,
        Phase.OPENED,
        "",
        List.of(),
        snapshot.nextEpoch(),
        Recovery.NONE,
        0,
        wallMs,
        List.of());
  }

  private static Effect open(
      Snapshot snapshot, String id, Incident first, String note, long wallMs) {
    return Draft.open(snapshot, id, first, wallMs)
        .event(new Event.FailoverStarted(first.service(), id, first.failed(), first.reason()))
        .step("opened", note)
        .write();
  }
}
