package io.hawser.failover.core;

import io.hawser.failover.core.Progress.Answer;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Order;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The failovers of one service: when one begins, and what comes next in each.
 *
 * <p>Level-triggered: {@link #decide} looks at what is, never at what changed, and may be called at
 * any time. Its state is the incidents in the store; what is kept here is soft. Not thread-safe:
 * owned by one verticle.
 */
public final class ServiceFailover {
  private final Activation activation;
  private final RecoveryOfFailed recovery;
  private final Openings openings = new Openings();
  private final Map<String, Progress> progress = new HashMap<>();

  public ServiceFailover(Limits limits) {
    this.activation = new Activation(limits);
    this.recovery = new RecoveryOfFailed(limits);
  }

  /**
   * What is to be done now: calls, which are told to this object as made by being returned, and at
   * most one write, the last. After the write there may be more: ask again.
   */
  public List<Effect> decide(Snapshot snapshot, Surroundings around, long nowNs, long wallMs) {
    List<Effect> effects = new ArrayList<>();
    for (Map.Entry<String, Incident> entry : snapshot.incidents().entrySet()) {
      Progress soft = progress.computeIfAbsent(entry.getKey(), id -> new Progress());
      Case c = new Case(snapshot, around, entry.getKey(), entry.getValue(), soft, nowNs, wallMs);
      if (addUntilWrite(effects, activation.decide(c))
          || addUntilWrite(effects, recovery.decide(c))) {
        return effects;
      }
    }
    forgetEnded(snapshot);
    openings.due(snapshot, around, nowNs, wallMs).ifPresent(effects::add);
    return effects;
  }

  /**
   * Takes an order, which becomes an incident. Refused when it cannot be carried out as the service
   * is.
   *
   * @param instance whose place is to be taken; empty for the only one that is active, or, of a
   *     failover, when nobody is
   */
  public static Outcome<Effect.Write> order(
      Snapshot snapshot, Surroundings around, String instance, Order order, long wallMs) {
    if (snapshot.activationOpen()) {
      return new Outcome.Rejected<>("failover-open", "a failover of the service is under way");
    }
    List<String> actives =
        snapshot.view().instances().stream()
            .filter(snapshot::active)
            .map(i -> i.key().id())
            .toList();
    boolean nobody = actives.isEmpty() && order.kind() == OrderKind.FAILOVER;
    if (instance.isEmpty() && actives.size() != 1 && !nobody) {
      return new Outcome.Rejected<>(
          actives.isEmpty() ? "nobody-active" : "instance-needed",
          actives.isEmpty()
              ? "no instance of the service is active"
              : "name the instance: " + actives + " are active");
    }
    String old = instance.isEmpty() && !nobody ? actives.getFirst() : instance;
    if (!old.isEmpty() && !actives.contains(old)) {
      return new Outcome.Rejected<>("not-active", old + " is not active");
    }
    Optional<String> whyNot =
        order.candidate().isEmpty()
            ? nobody(snapshot, old, wallMs)
            : Candidates.whyNot(snapshot, old, order.candidate(), List.of(), wallMs)
                .map(why -> order.candidate() + " " + why);
    return whyNot.isPresent()
        ? new Outcome.Rejected<>("no-candidate", whyNot.get())
        : new Outcome.Ok<>(Openings.ordered(snapshot, around, old, order, wallMs));
  }

  /** What is kept of a service after somebody has looked at it: it is not blocked any more. */
  public static FailoverGuard acknowledged(FailoverGuard guard) {
    return Guards.acknowledge(guard);
  }

  private static Optional<String> nobody(Snapshot snapshot, String old, long wallMs) {
    return Candidates.of(snapshot, old, List.of(), wallMs).isEmpty()
        ? Optional.of("no backup is ready")
        : Optional.empty();
  }

  private boolean addUntilWrite(List<Effect> effects, List<Effect> more) {
    boolean writes = false;
    for (Effect effect : more) {
      effects.add(effect);
      switch (effect) {
        case Effect.Write ignored -> writes = true;
        case Effect.Drive drive -> called(drive.ask());
        case Effect.Register register -> called(register.ask());
        case Effect.RaiseFence fence -> called(fence.ask());
        case Effect.Hook hook -> called(hook.ask());
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
          case Outcome.Rejected<?> r ->
              new Answer.Refused(nowNs, r.code(), r.code() + ": " + r.detail());
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
              return incident == null || over(incident);
            });
  }

  /** Nothing comes any more, not even that the failed one is seen to pass for its probation. */
  private static boolean over(Incident incident) {
    return incident.phase() == Phase.ABORTED
        || (incident.phase() == Phase.CLOSED && incident.recovery() == Recovery.RECOVERED);
  }
}
