package io.hawser.registry.core;

import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.Registration;
import io.hawser.model.InstanceKey;
import io.hawser.model.Rendezvous;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.State.Finding;
import io.hawser.registry.core.panel.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The evidence on one instance, of the kinds that its registration gives, and what it adds up to.
 * Not thread-safe: owned by one verticle. Soft state.
 */
sealed interface Watch permits CheckWatch, BeatWatch {
  /** The weight of evidence that convinces. */
  int CONVINCED = 100;

  /**
   * Takes note of a beat.
   *
   * @param relay the gateway that it came through, when that is known
   */
  void beat(State state, @Nullable Relay relay, long nowNs);

  /** A reason to look now. Returns whether that makes a difference. */
  boolean look(long nowNs);

  /** Notices a late beat; returns whether it did just now. */
  boolean late(State state, long nowNs);

  /** Takes a result in. Returns whether it counts. */
  boolean take(State state, CheckLine line, Result result, long nowNs);

  Finding finding(State state, long nowNs);

  /** How much speaks against it, in percent of what convinces this observer. */
  int weight(Finding finding);

  /** Whether the last connection was refused. */
  boolean refused();

  /** This observer has changed the state to this one. */
  void entered(State state);

  /** Another observer has. */
  void adopted(State state);

  Pulse pulse();

  List<CheckLine> lines();

  /** Moves every deadline by the time that this node itself stood still. */
  void shift(long ns);

  /**
   * A watch that has seen nothing yet, with full deadlines.
   *
   * @param state of one that another checker has watched before, the first checks are spread over
   *     the interval; a new one is checked at once
   * @param turn of the observers, which one this is: their checks take turns
   * @param losses of the beats of all instances
   */
  static Watch of(
      InstanceKey key,
      Registration registration,
      State state,
      Turn turn,
      Losses losses,
      long nowNs) {
    Pulse pulse = new Pulse(registration.ttlMs(), losses, nowNs);
    List<CheckSpec> specs = registration.effectiveChecks();
    if (specs.isEmpty()) {
      return new BeatWatch(pulse, CheckLine.onDemand(CheckSpec.DEFAULT_TCP, nowNs));
    }
    List<CheckLine> lines = new ArrayList<>();
    for (CheckSpec spec : specs) {
      long intervalNs = TimeUnit.MILLISECONDS.toNanos(spec.intervalMs());
      long seed = Rendezvous.hash(key + "\0" + CheckRun.describe(spec));
      long phaseNs = Long.remainderUnsigned(seed, Math.max(1, intervalNs));
      long firstNs =
          state instanceof State.Starting ? nowNs : nowNs + phaseNs + turn.rank() * intervalNs;
      lines.add(CheckLine.periodic(spec, firstNs, phaseNs));
    }
    return new CheckWatch(pulse, lines);
  }
}
