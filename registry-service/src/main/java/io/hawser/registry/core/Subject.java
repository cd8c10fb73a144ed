package io.hawser.registry.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Event;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.registry.core.CheckRun.Result;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One watched instance in one incarnation: its evidence, its state, and what follows from a change
 * of it.
 *
 * <p>Not thread-safe: owned by one verticle. Its evidence is soft state, counted anew by the next
 * checker; its state is hard, as it is written to the catalog with each change, and the next
 * checker goes on from there.
 */
final class Subject {
  /** How many observations go with a verdict, and how long each may be in characters. */
  static final int MAX_EVIDENCE = 5;

  static final int MAX_OBSERVATION = 200;

  private final NodeId observer;
  private final long evictAfterNs;
  private final InstanceKey key;
  private final ArrayDeque<String> evidence = new ArrayDeque<>();
  private Registration registration;
  private long maintenanceUntilMs;
  private Watch watch;
  private State state;
  private int writesInFlight;

  /** Whether the failure that it is in has been told to everybody. */
  private boolean failureTold;

  /**
   * @param observer who judges: this node
   */
  Subject(NodeId observer, long evictAfterMs, InstanceView view, Now now) {
    this.observer = observer;
    this.evictAfterNs = TimeUnit.MILLISECONDS.toNanos(evictAfterMs);
    this.key = view.key();
    this.registration = view.registration();
    this.maintenanceUntilMs = maintenanceUntilMs(view);
    this.state = State.of(view.health(), now.ns());
    this.failureTold = returning() && !inMaintenance(now);
    this.watch = Watch.of(key, registration, state, now.ns());
  }

  private static long maintenanceUntilMs(InstanceView view) {
    return view.maintenance().isPresent() ? view.maintenance().get().untilMs() : Long.MIN_VALUE;
  }

  /**
   * Goes on from what this node knew of the instance. A new life of one that failed ends the
   * failure that everybody was told of, once it works.
   */
  void inherit(Subject former) {
    failureTold |= former.failureTold;
  }

  String incarnation() {
    return registration.incarnation();
  }

  Health health() {
    return state.health();
  }

  /** Whether the catalog says of it what this says, or is just about to. */
  boolean agreesWith(InstanceView view) {
    return incarnation().equals(view.registration().incarnation())
        && (writesInFlight > 0 || view.health() == health());
  }

  /** Takes over what changed in the catalog without its being another life. */
  void update(InstanceView view, Now now) {
    Registration old = registration;
    registration = view.registration();
    maintenanceUntilMs = maintenanceUntilMs(view);
    if (!sameWatch(old, registration)) {
      watch = Watch.of(key, registration, state, now.ns());
    }
  }

  private static boolean sameWatch(Registration old, Registration registration) {
    return old.host().equals(registration.host())
        && old.port() == registration.port()
        && old.ttlMs() == registration.ttlMs()
        && old.effectiveChecks().equals(registration.effectiveChecks());
  }

  // ---- evidence

  void beat(Now now) {
    if (!state.passing()) {
      observe("beat", now);
    }
    watch.beat(state, now.ns());
  }

  void complaint(NodeId balancer, String reason, Now now) {
    if (watch.look(now.ns())) {
      observe("complaint of " + balancer + ": " + reason, now);
    }
  }

  void result(CheckRun run, Result result, Now now) {
    for (CheckLine line : watch.lines()) {
      if (line.awaits(run.number())) {
        take(line, result, now);
      }
    }
  }

  private void take(CheckLine line, Result result, Now now) {
    boolean wasPassing = line.passed();
    boolean counts = watch.take(state, line, result, now.ns());
    String what = CheckRun.describe(line.spec());
    switch (result) {
      case Result.Pass ignored -> {
        if (!wasPassing || !state.passing()) {
          observe(what + " passed", now);
        }
      }
      case Result.Fail fail ->
          observe(what + ": " + fail.reason() + (counts ? "" : " (ignored: own stall)"), now);
      case Result.Refusal refusal -> observe(what + ": " + refusal.reason(), now);
    }
  }

  void shift(long ns) {
    watch.shift(ns);
    if (state instanceof State.Down down) {
      state = new State.Down(down.sinceNs() + ns);
    }
  }

  void written() {
    writesInFlight = Math.max(0, writesInFlight - 1);
  }

  // ---- what follows

  /** Everything that is to be done now. */
  @CanIgnoreReturnValue
  List<Effect> step(Now now, LongSupplier numbers, List<Effect> effects) {
    if (watch.late(state, now.ns())) {
      observe("beat late", now);
    }
    for (CheckLine line : watch.lines()) {
      if (line.overdue(now.ns())) {
        take(line, new Result.Fail("no result in time"), now);
      }
    }
    judge(now, effects);
    for (CheckLine line : watch.lines()) {
      if (line.due(now.ns())) {
        effects.add(new Effect.Run(run(line, numbers.getAsLong(), now)));
      }
    }
    tellOrEvict(now, effects);
    return effects;
  }

  private CheckRun run(CheckLine line, long number, Now now) {
    line.start(number, now.ns());
    return new CheckRun(
        key, incarnation(), number, registration.host(), registration.port(), line.spec());
  }

  private void judge(Now now, List<Effect> effects) {
    State.Finding finding = watch.finding(state, now.ns());
    State next = state.next(finding, now.ns());
    if (next.equals(state)) {
      return;
    }
    State before = state;
    state = next;
    watch.entered(next);
    writesInFlight++;
    Verdict verdict =
        new Verdict(
            incarnation(),
            next.health(),
            now.wallMs(),
            finding.reason(),
            observer,
            List.copyOf(evidence));
    List<Event.Body> events = events(before, finding.reason(), now);
    effects.add(new Effect.Judge(key, before.health(), verdict, events));
  }

  private List<Event.Body> events(State before, String reason, Now now) {
    List<Event.Body> events = new ArrayList<>();
    events.add(
        new Event.InstanceHealthChanged(
            key.service(), key.id(), before.health(), state.health(), reason));
    if (state instanceof State.Down && !failureTold && !inMaintenance(now)) {
      failureTold = true;
      events.add(failed(reason));
    }
    if (state instanceof State.Up) {
      boolean returned = before instanceof State.Down || before instanceof State.Recovering;
      if (returned || (failureTold && before instanceof State.Starting)) {
        events.add(new Event.InstanceRecovered(key.service(), key.id(), incarnation()));
      }
      failureTold = false;
    }
    return events;
  }

  private void tellOrEvict(Now now, List<Effect> effects) {
    if (!(state instanceof State.Down down) || inMaintenance(now)) {
      return;
    }
    if (!failureTold) {
      failureTold = true;
      effects.add(new Effect.Publish(failed("still down after maintenance")));
    }
    if (registration.ttlMs() > 0 && now.ns() - down.sinceNs() >= evictAfterNs) {
      // Should the eviction not come about, the next try is as far away.
      state = new State.Down(now.ns());
      effects.add(new Effect.Evict(key, incarnation()));
    }
  }

  private Event.InstanceFailed failed(String reason) {
    return new Event.InstanceFailed(
        key.service(), key.id(), incarnation(), reason, List.copyOf(evidence));
  }

  private boolean returning() {
    return state instanceof State.Down || state instanceof State.Recovering;
  }

  private boolean inMaintenance(Now now) {
    return now.wallMs() < maintenanceUntilMs;
  }

  private void observe(String what, Now now) {
    String observation = Instant.ofEpochMilli(now.wallMs()) + " " + what;
    if (observation.length() > MAX_OBSERVATION) {
      observation = observation.substring(0, MAX_OBSERVATION);
    }
    if (evidence.size() >= MAX_EVIDENCE) {
      evidence.removeFirst();
    }
    evidence.addLast(observation);
  }
}
