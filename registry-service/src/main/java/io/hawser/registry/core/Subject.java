package io.hawser.registry.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.catalog.InstanceView;
import io.hawser.model.DetectionMessage.Ballot;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.Event;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.panel.Turn;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One watched instance in one incarnation, at one of its observers: takes in its own evidence
 * ({@link Watch}) and what the other observers say ({@link Testimony}), and says what follows. Who
 * of the observers has the turn writes the verdict ({@link Ruling}); the others take it over from
 * the catalog, and keep their evidence.
 *
 * <p>Not thread-safe: owned by one verticle. Long for this project, as what one input does to an
 * instance is best read in one place.
 */
final class Subject {
  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(Detector.TICK_MS);
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Court court;
  private final InstanceKey key;
  private final Dossier dossier = new Dossier();
  private final Testimony testimony = new Testimony();
  private final Suspicion suspicion = new Suspicion();
  private final Ruling ruling;
  private List<NodeId> observers;
  private Registration registration;
  private long maintenanceUntilMs;
  private Watch watch;

  /** When the wheel will look at it again, in ticks; of the wheel. */
  long dueTick;

  Subject(Court court, InstanceView view, List<NodeId> observers, Now now) {
    this.court = court;
    this.key = view.key();
    this.observers = observers;
    this.registration = view.registration();
    this.maintenanceUntilMs = maintenanceUntilMs(view);
    State state = State.of(view.health(), now.ns());
    this.ruling = new Ruling(court, key, state, inMaintenance(now));
    this.watch = Watch.of(key, registration, state, turn(), court.losses(), now.ns());
  }

  private static long maintenanceUntilMs(InstanceView view) {
    return view.maintenance().isPresent() ? view.maintenance().get().untilMs() : Long.MIN_VALUE;
  }

  private boolean inMaintenance(Now now) {
    return now.wallMs() < maintenanceUntilMs;
  }

  private Turn turn() {
    int rank = observers.indexOf(court.panel().self());
    return rank < 0 ? Turn.ALONE : new Turn(rank, observers.size());
  }

  private State state() {
    return ruling.state();
  }

  /** Goes on from what this node knew of a former life of the instance. */
  void inherit(Subject former) {
    ruling.inherit(former.ruling);
  }

  InstanceKey key() {
    return key;
  }

  String incarnation() {
    return registration.incarnation();
  }

  Health health() {
    return state().health();
  }

  boolean sameLife(InstanceView view) {
    return incarnation().equals(view.registration().incarnation());
  }

  /** Takes over what changed in the catalog without its being another life. */
  void update(InstanceView view, List<NodeId> those, Now now) {
    Registration old = registration;
    registration = view.registration();
    maintenanceUntilMs = maintenanceUntilMs(view);
    observers = those;
    if (ruling.settled() && view.health() != health()) {
      ruling.adopt(view.health(), inMaintenance(now), now.ns());
      watch.adopted(state());
      if (view.health() != Health.SUSPECT) {
        suspicion.end();
      }
    }
    if (!sameWatch(old, registration)) {
      watch = Watch.of(key, registration, state(), turn(), court.losses(), now.ns());
    }
  }

  private static boolean sameWatch(Registration old, Registration registration) {
    return old.host().equals(registration.host())
        && old.port() == registration.port()
        && old.ttlMs() == registration.ttlMs()
        && old.effectiveChecks().equals(registration.effectiveChecks());
  }

  // ---- evidence

  /** Whether it is this node's turn to look at some times only, as others look at the others. */
  boolean takesTurns() {
    return watch instanceof CheckWatch && state() instanceof State.Up;
  }

  /** Whether a beat is all that happened to it, and changes nothing. */
  boolean unmoved() {
    return state() instanceof State.Up && suspicion.none() && testimony.isEmpty();
  }

  void beat(@Nullable Relay relay, Now now) {
    if (!state().passing()) {
      dossier.observe("beat", now);
    }
    watch.beat(state(), relay, now.ns());
  }

  void complaint(NodeId balancer, String reason, Now now) {
    if (watch.look(now.ns())) {
      dossier.observe("complaint of " + balancer + ": " + reason, now);
    }
  }

  /**
   * Another observer says what it holds. What it sees and this one does not is a reason to look.
   */
  void hear(NodeId from, Opinion opinion, Now now) {
    testimony.hear(from, opinion, now.ns());
    boolean news =
        state().passing()
            ? Testimony.accuses(opinion) && watch.weight(finding(now)) == 0
            : opinion.ballot() == Ballot.ALIVE || opinion.ballot() == Ballot.WORKS;
    if (news && watch.look(now.ns())) {
      dossier.observe("looked at, as " + from + " says: " + opinion.reason(), now);
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
    boolean wasPassing = line.tally().passes();
    boolean counts = watch.take(state(), line, result, now.ns());
    String what = CheckRun.describe(line.spec());
    switch (result) {
      case Result.Pass ignored -> {
        if (!wasPassing || !state().passing()) {
          dossier.observe(
              what + " passed" + (counts ? "" : " (ignored: begun before it was down)"), now);
        }
      }
      case Result.Fail fail ->
          dossier.observe(
              what + ": " + fail.reason() + (counts ? "" : " (ignored: own stall)"), now);
      case Result.Refusal refusal -> dossier.observe(what + ": " + refusal.reason(), now);
      case Result.Blind blind ->
          dossier.observe(what + ": " + blind.reason() + (counts ? "" : " (ignored)"), now);
    }
  }

  void shift(long ns) {
    watch.shift(ns);
    suspicion.shift(ns);
    ruling.shift(ns);
  }

  void written() {
    ruling.written();
  }

  /** Whether this node holds something against it while it passes. */
  boolean accusedHere() {
    return suspicion.accuses();
  }

  boolean accusedElsewhere() {
    return testimony.accused();
  }

  private State.Finding finding(Now now) {
    if (state().passing() && watch.pulse().unheard() && !court.panel().whole(now.ns())) {
      // Its beats may be going to a node that this one does not hear.
      boolean quorate = court.panel().quorate(now.ns());
      watch.pulse().hold(quorate, now.ns());
    }
    return watch.finding(state(), now.ns());
  }

  private Opinion opinion(State.Finding finding) {
    Ballot ballot =
        switch (finding) {
          case State.Finding.Nothing ignored -> Ballot.NOTHING;
          case State.Finding.Alive ignored -> Ballot.ALIVE;
          case State.Finding.Works ignored -> Ballot.WORKS;
          case State.Finding.Doubt doubt -> doubt.hint() ? Ballot.NOTHING : Ballot.DOUBT;
          case State.Finding.Fails ignored -> Ballot.FAILS;
        };
    return new Opinion(
        key, incarnation(), ballot, watch.weight(finding), watch.refused(), finding.reason());
  }

  // ---- what follows

  /** Everything that is to be done now. */
  @CanIgnoreReturnValue
  List<Effect> step(Now now, LongSupplier numbers, List<Effect> effects) {
    if (watch.late(state(), now.ns())) {
      dossier.observe("beat late", now);
    }
    for (CheckLine line : watch.lines()) {
      if (line.overdue(now.ns())) {
        take(line, new Result.Blind(Result.Cause.LOST, "no result in time"), now);
      }
    }
    testimony.expire(now.ns());
    State.Finding finding = finding(now);
    Opinion own = opinion(finding);
    suspicion.note(accused(own), now.ns());
    suspicion.tell(own, state().passing(), court, observers, now.ns());
    if (ruling.settled() && mayJudge(now)) {
      judge(own, finding, now, effects);
      tellOrEvict(own, now, effects);
    } else if (state() instanceof State.Down) {
      // Whoever has the turn tells it.
      boolean ignored = ruling.tellsFailure(inMaintenance(now));
    }
    run(now, numbers, effects);
    return effects;
  }

  private boolean accused(Opinion own) {
    return Testimony.accuses(own)
        || (state().passing() && watch.pulse().late())
        || testimony.accused();
  }

  private void run(Now now, LongSupplier numbers, List<Effect> effects) {
    // With the others, it takes turns only as long as nothing is wrong.
    Turn turn = state() instanceof State.Up ? court.panel().turn(observers, now.ns()) : Turn.ALONE;
    for (CheckLine line : watch.lines()) {
      line.pace(turn.of(), turn.rank(), now);
      if (line.due(now.ns())) {
        effects.add(new Effect.Run(run(line, numbers.getAsLong(), now)));
      }
    }
  }

  private CheckRun run(CheckLine line, long number, Now now) {
    int attempts = line.attempts();
    line.start(number, now.ns());
    return new CheckRun(
        key,
        incarnation(),
        number,
        registration.host(),
        registration.port(),
        line.spec(),
        attempts);
  }

  /** Whether it is this observer's turn. One that distrusts itself leaves it to the others. */
  private boolean mayJudge(Now now) {
    var panel = court.panel();
    boolean alone = panel.roster().size() == 1 && panel.roster().contains(panel.self());
    return alone
        || (panel.votes(panel.self(), now.ns())
            && panel.writer(observers, now.ns()).equals(panel.self()));
  }

  private Council.Case council(Opinion own, State.Finding finding, Now now) {
    var panel = court.panel();
    return new Council.Case(
        state(),
        finding,
        own,
        panel.votes(panel.self(), now.ns()),
        testimony.counting(panel, now.ns()).stream().map(Testimony.Held::opinion).toList(),
        panel.needed(),
        panel.voices(observers, now.ns()),
        suspicion.quorate(panel, now.ns()),
        suspicion.lastedNs(now.ns()));
  }

  private void judge(Opinion own, State.Finding finding, Now now, List<Effect> effects) {
    Council.Case council = council(own, finding, now);
    State.Finding found = ruling.dampen(Council.decide(council), now.ns());
    State before = state();
    State next = before.next(found, now.ns());
    boolean worse = next instanceof State.Suspect || next instanceof State.Down;
    if (next.equals(before) || (worse && !council.quorate())) {
      return;
    }
    Event.InstanceFailed failure = failure(found.reason());
    List<Event.Body> events = ruling.enter(next, failure, inMaintenance(now), now.ns());
    watch.entered(next);
    Verdict verdict =
        new Verdict(
            incarnation(),
            next.health(),
            now.wallMs(),
            found.reason(),
            court.panel().self(),
            failure.evidence(),
            TimeUnit.NANOSECONDS.toMillis(suspicion.lastedNs(now.ns())));
    effects.add(new Effect.Judge(key, before.health(), verdict, events));
  }

  private Event.InstanceFailed failure(String reason) {
    return new Event.InstanceFailed(
        key.service(), key.id(), incarnation(), reason, dossier.with(testimony));
  }

  private void tellOrEvict(Opinion own, Now now, List<Effect> effects) {
    if (!(state() instanceof State.Down) || inMaintenance(now)) {
      return;
    }
    if (ruling.tellsFailure(false)) {
      effects.add(new Effect.Publish(failure("still down after maintenance")));
    }
    if (registration.ttlMs() > 0 && !showsLife(own, now) && ruling.evicts(now.ns())) {
      effects.add(new Effect.Evict(key, incarnation()));
    }
  }

  /** Whether anybody has signs of life of it, be it that it only beats: then it is not removed. */
  private boolean showsLife(Opinion own, Now now) {
    return alive(own)
        || watch.pulse().fresh()
        || testimony.counting(court.panel(), now.ns()).stream().anyMatch(h -> alive(h.opinion()));
  }

  private static boolean alive(Opinion opinion) {
    return opinion.ballot() == Ballot.ALIVE || opinion.ballot() == Ballot.WORKS;
  }

  /** In how many nanoseconds it has to be looked at again, whatever happens. */
  long nextNs(long nowNs) {
    long nextNs = watch.pulse().nextNs(nowNs);
    for (CheckLine line : watch.lines()) {
      nextNs = Math.min(nextNs, line.nextNs(nowNs));
    }
    boolean quiet = suspicion.none() && testimony.isEmpty();
    if (state().passing() && !quiet) {
      return Math.min(nextNs, TICK_NS);
    }
    // Of one that has yet to show itself there is nothing to repeat either.
    boolean waits = state() instanceof State.Up || state() instanceof State.Starting;
    return waits && quiet ? nextNs : Math.min(nextNs, IDLE_NS);
  }

  // ---- why

  /** Explains the state; what it takes from the panel is for the court to add. */
  Account account(Now now) {
    State.Finding finding = finding(now);
    Opinion own = opinion(finding);
    return new Account(
        own,
        List.copyOf(testimony.all()),
        observers,
        council(own, finding, now),
        ruling.heldBack(),
        state() instanceof State.Down down && registration.ttlMs() > 0
            ? Optional.of(court.evictAfterNs() - (now.ns() - down.sinceNs()))
            : Optional.empty());
  }
}
