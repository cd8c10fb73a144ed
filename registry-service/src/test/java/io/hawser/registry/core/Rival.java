package io.hawser.registry.core;

import io.hawser.model.Facet.Health;
import io.hawser.model.InstanceKey;
import io.hawser.registry.core.panel.Turn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A detector of a simpler kind, at the first node of a {@link Ward} and fed with the same beats at
 * the same moments, to be compared with.
 */
abstract class Rival {
  final Ward ward;
  private final Set<InstanceKey> down = new HashSet<>();
  private final Map<InstanceKey, Long> fellMs = new HashMap<>();
  private int falseDowns;

  Rival(Ward ward) {
    this.ward = ward;
  }

  abstract String name();

  abstract void beat(InstanceKey key);

  abstract void tick();

  final void judge(InstanceKey key, boolean isDown) {
    if (!isDown) {
      down.remove(key);
    } else if (down.add(key)) {
      fellMs.put(key, ward.nowMs());
      if (ward.patient(key).condition == Ward.Condition.WELL) {
        falseDowns++;
      }
    }
  }

  final int falseDowns() {
    return falseDowns;
  }

  final OptionalLong detectedAfterMs(Ward.Patient patient) {
    Long atMs = fellMs.get(patient.key);
    return atMs == null || atMs < patient.faultMs
        ? OptionalLong.empty()
        : OptionalLong.of(atMs - patient.faultMs);
  }

  final long nowNs() {
    return Ward.ns(ward.nowMs());
  }

  static List<Rival> all(Ward ward) {
    return List.of(new Deadline(ward), new Phi(ward), new SingleObserver(ward));
  }

  /** Down when no beat has come for a TTL. */
  private static final class Deadline extends Rival {
    private final Map<InstanceKey, Long> lastNs = new HashMap<>();

    Deadline(Ward ward) {
      super(ward);
    }

    @Override
    String name() {
      return "deadline only";
    }

    @Override
    void beat(InstanceKey key) {
      lastNs.put(key, nowNs());
      judge(key, false);
    }

    @Override
    void tick() {
      lastNs.forEach(
          (key, last) ->
              judge(key, nowNs() - last > Ward.ns(ward.patient(key).registration.ttlMs())));
    }
  }

  /** Down when φ is over 8. */
  private static final class Phi extends Rival {
    private final Map<InstanceKey, Pulse> pulses = new HashMap<>();
    private final Losses losses = new Losses();

    Phi(Ward ward) {
      super(ward);
    }

    @Override
    String name() {
      return "phi only";
    }

    @Override
    void beat(InstanceKey key) {
      pulses
          .computeIfAbsent(
              key, k -> new Pulse(ward.patient(k).registration.ttlMs(), losses, nowNs()))
          .beat(null, nowNs());
      judge(key, false);
    }

    @Override
    void tick() {
      pulses.forEach((key, pulse) -> judge(key, pulse.improbable(nowNs())));
    }
  }

  /** The same evidence as ours, at one node that asks nobody and does not doubt itself. */
  private static final class SingleObserver extends Rival {
    private final Map<InstanceKey, Watch> watches = new HashMap<>();
    private final Map<InstanceKey, State> states = new HashMap<>();
    private final Losses losses = new Losses();
    private long numbers;

    SingleObserver(Ward ward) {
      super(ward);
    }

    @Override
    String name() {
      return "single observer";
    }

    private Watch watch(InstanceKey key) {
      return watches.computeIfAbsent(
          key,
          k ->
              Watch.of(
                  k,
                  ward.patient(k).registration,
                  new State.Starting(),
                  Turn.ALONE,
                  losses,
                  nowNs()));
    }

    @Override
    void beat(InstanceKey key) {
      watch(key).beat(state(key), null, nowNs());
    }

    private State state(InstanceKey key) {
      return states.computeIfAbsent(key, k -> new State.Starting());
    }

    @Override
    void tick() {
      for (Ward.Patient patient : ward.patients.values()) {
        Watch watch = watch(patient.key);
        boolean unused = watch.late(state(patient.key), nowNs());
        step(patient, watch);
        for (CheckLine line : watch.lines()) {
          if (line.due(nowNs())) {
            run(patient, watch, line);
          }
        }
      }
    }

    private void step(Ward.Patient patient, Watch watch) {
      State before = state(patient.key);
      State next = before.next(watch.finding(before, nowNs()), nowNs());
      if (!next.equals(before)) {
        states.put(patient.key, next);
        watch.entered(next);
        judge(patient.key, next.health() == Health.DOWN);
      }
    }

    private void run(Ward.Patient patient, Watch watch, CheckLine line) {
      line.start(++numbers, nowNs());
      CheckRun run =
          new CheckRun(
              patient.key, "one", numbers, patient.registration.host(), 9_000, line.spec(), 1);
      ward.check(
          0,
          run,
          result ->
              ward.nurses
                  .getFirst()
                  .whenAwake(
                      nurse -> {
                        boolean unused = watch.take(state(patient.key), line, result, nowNs());
                        step(patient, watch);
                      }));
    }
  }
}
