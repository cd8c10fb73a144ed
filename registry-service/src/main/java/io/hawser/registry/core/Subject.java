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
import io.hawser.registry.core.Watch.Turn;
import io.hawser.registry.core.panel.Flaps;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One watched instance in one incarnation, at one of its observers: its own evidence, what the
 * other observers say, the state, and what follows from a change of it. Who of the observers has
 * the turn writes the verdict; the others take it over from the catalog, and keep their evidence.
 *
 * <p>Not thread-safe: owned by one verticle. Its evidence is soft state; its state is hard, as it
 * is written to the catalog with each change, and another observer goes on from there. Long for
 * this project, as what one input does to an instance is best read in one place.
 */
final class Subject {
  /** How many observations go with a verdict, and how long each may be in characters. */
  static final int MAX_EVIDENCE = 5;

  static final int MAX_OBSERVATION = 200;

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(Detector.TICK_MS);
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Court court;
  private final InstanceKey key;
  private final ArrayDeque<String> evidence = new ArrayDeque<>(0);
  private final Testimony testimony = new Testimony();
  private List<NodeId> observers;
  private Registration registration;
  private long maintenanceUntilMs;
  private Watch watch;
  private State state;
  private int writesInFlight;
  private boolean suspected;
  private long suspectedNs;
  private @Nullable Opinion told;
  private long toldNs;
  private @Nullable Flaps flaps;
  private boolean heldBack;

  /** Whether the failure that it is in has been told to everybody. */
  private boolean failureTold;

  /** When the wheel will look at it again, in ticks; of the wheel. */
  long dueTick;

  Subject(Court court, InstanceView view, List<NodeId> observers, Now now) {
    this.court = court;
    this.key = view.key();
    this.observers = observers;
    this.registration = view.registration();
    this.maintenanceUntilMs = maintenanceUntilMs(view);
    this.state = State.of(view.health(), now.ns());
    this.failureTold = returning() && !inMaintenance(now);
    this.watch = Watch.of(key, registration, state, turn(), now.ns());
  }

  private static long maintenanceUntilMs(InstanceView view) {
    return view.maintenance().isPresent() ? view.maintenance().get().untilMs() : Long.MIN_VALUE;
  }

  private Turn turn() {
    int rank = observers.indexOf(court.panel().self());
    return rank < 0 ? Turn.ALONE : new Turn(rank, observers.size());
  }

  /**
   * Goes on from what this node knew of the instance. A new life of one that failed ends the
   * failure that everybody was told of, once it works.
   */
  void inherit(Subject former) {
    failureTold |= former.failureTold;
    flaps = former.flaps;
  }

  InstanceKey key() {
    return key;
  }

  String incarnation() {
    return registration.incarnation();
  }

  Health health() {
    return state.health();
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
    if (writesInFlight == 0 && view.health() != health()) {
      adopt(view.health(), now);
    }
    if (!sameWatch(old, registration)) {
      watch = Watch.of(key, registration, state, turn(), now.ns());
    }
  }

  private static boolean sameWatch(Registration old, Registration registration) {
    return old.host().equals(registration.host())
        && old.port() == registration.port()
        && old.ttlMs() == registration.ttlMs()
        && old.effectiveChecks().equals(registration.effectiveChecks());
  }

  /**
   * Another observer has judged. To insist instead would, between two that are at odds, not end.
   */
  private void adopt(Health health, Now now) {
    boolean fell = state.passing() && health == Health.DOWN;
    state = State.of(health, now.ns());
    watch.adopted(state);
    if (fell) {
      flaps().fell(now.ns());
    }
    if (health == Health.DOWN) {
      failureTold |= !inMaintenance(now);
    } else if (health == Health.UP) {
      failureTold = false;
    }
    if (health != Health.SUSPECT) {
      suspected = false;
    }
  }

  private Flaps flaps() {
    Flaps known = flaps;
    if (known == null) {
      known = new Flaps();
      flaps = known;
    }
    return known;
  }

  // ---- evidence

  /** Whether a beat is all that happened to it, and changes nothing. */
  boolean unmoved() {
    return state instanceof State.Up && !suspected && told == null && testimony.isEmpty();
  }

  void beat(@Nullable Relay relay, Now now) {
    if (!state.passing()) {
      observe("beat", now);
    }
    watch.beat(state, relay, now.ns());
  }

  void complaint(NodeId balancer, String reason, Now now) {
    if (watch.look(now.ns())) {
      observe("complaint of " + balancer + ": " + reason, now);
    }
  }

  /**
   * Another observer says what it holds. What it sees and this one does not is a reason to look.
   */
  void hear(NodeId from, Opinion opinion, Now now) {
    testimony.hear(from, opinion, now.ns());
    boolean news =
        state.passing()
            ? Testimony.accuses(opinion) && watch.weight(finding(now)) == 0
            : opinion.ballot() == Ballot.ALIVE || opinion.ballot() == Ballot.WORKS;
    if (news && watch.look(now.ns())) {
      observe("looked at, as " + from + " says: " + opinion.reason(), now);
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
    suspectedNs += ns;
    if (flaps != null) {
      flaps.shift(ns);
    }
    if (state instanceof State.Down down) {
      state = new State.Down(down.sinceNs() + ns);
    }
  }

  void written() {
    writesInFlight = Math.max(0, writesInFlight - 1);
  }

  /** Whether this node holds something against it while it passes. */
  boolean accusedHere() {
    return suspected && told != null && Testimony.accuses(told);
  }

  boolean accusedElsewhere() {
    return testimony.accused();
  }

  private State.Finding finding(Now now) {
    if (state.passing() && watch.pulse().unheard() && !court.panel().whole(now.ns())) {
      // Its beats may be going to a node that this one does not hear.
      watch.pulse().hold(now.ns());
    }
    return watch.finding(state, now.ns());
  }

  private Opinion opinion(State.Finding finding) {
    Ballot ballot =
        switch (finding) {
          case State.Finding.Nothing ignored -> Ballot.NOTHING;
          case State.Finding.Alive ignored -> Ballot.ALIVE;
          case State.Finding.Works ignored -> Ballot.WORKS;
          case State.Finding.Doubt ignored -> Ballot.DOUBT;
          case State.Finding.Fails ignored -> Ballot.FAILS;
        };
    return new Opinion(
        key, incarnation(), ballot, watch.weight(finding), watch.refused(), finding.reason());
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
    testimony.expire(now.ns());
    State.Finding finding = finding(now);
    Opinion own = opinion(finding);
    suspect(own, now);
    tell(own, now);
    if (writesInFlight == 0 && mayJudge(now)) {
      judge(own, finding, now, effects);
      tellOrEvict(own, now, effects);
    } else if (state instanceof State.Down && !inMaintenance(now)) {
      // Whoever has the turn tells it.
      failureTold = true;
    }
    // With the others, it takes turns only as long as nothing is wrong.
    int pace = state instanceof State.Up ? Math.max(1, observers.size()) : 1;
    for (CheckLine line : watch.lines()) {
      line.pace(pace, turn().rank(), now.ns());
      if (line.due(now.ns())) {
        effects.add(new Effect.Run(run(line, numbers.getAsLong(), now)));
      }
    }
    return effects;
  }

  /** Notes since when something has been held against it. */
  private void suspect(Opinion own, Now now) {
    boolean accused =
        Testimony.accuses(own) || (state.passing() && watch.pulse().late()) || testimony.accused();
    if (accused && !suspected) {
      suspectedNs = now.ns();
    }
    suspected = accused;
  }

  /** Tells the other observers, of what they would not think by themselves. */
  private void tell(Opinion own, Now now) {
    boolean silent =
        own.ballot() == Ballot.NOTHING
            || (state.passing() && !Testimony.accuses(own) && own.ballot() != Ballot.DOUBT);
    Opinion before = told;
    if (silent && before == null) {
      return;
    }
    boolean changed =
        before == null
            || before.ballot() != own.ballot()
            || before.weight() != own.weight()
            || before.refused() != own.refused();
    if (changed || now.ns() - toldNs >= Testimony.REPEAT_NS) {
      court.say(observers, own);
      toldNs = now.ns();
    }
    told = silent ? null : own;
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
        state,
        finding,
        own,
        panel.votes(panel.self(), now.ns()),
        testimony.counting(panel, now.ns()).stream().map(Testimony.Held::opinion).toList(),
        panel.needed(),
        panel.voices(observers, now.ns()),
        panel.quorate(now.ns()),
        suspected ? now.ns() - suspectedNs : 0);
  }

  private void judge(Opinion own, State.Finding finding, Now now, List<Effect> effects) {
    Council.Case council = council(own, finding, now);
    State.Finding found = dampen(Council.decide(council), now);
    State next = state.next(found, now.ns());
    boolean worse = next instanceof State.Suspect || next instanceof State.Down;
    if (next.equals(state) || (worse && !council.quorate())) {
      return;
    }
    State before = state;
    state = next;
    watch.entered(next);
    writesInFlight++;
    if (before.passing() && next instanceof State.Down) {
      flaps().fell(now.ns());
    }
    Verdict verdict =
        new Verdict(
            incarnation(),
            next.health(),
            now.wallMs(),
            found.reason(),
            court.panel().self(),
            allEvidence());
    List<Event.Body> events = events(before, found.reason(), now);
    effects.add(new Effect.Judge(key, before.health(), verdict, events));
  }

  /** One that flaps stays in recovery for a while, unless the service has no other. */
  private State.Finding dampen(State.Finding found, Now now) {
    heldBack =
        found instanceof State.Finding.Works
            && returning()
            && flaps != null
            && flaps.suppressed(now.ns())
            && court.othersPass(key);
    return heldBack ? new State.Finding.Alive(found.reason() + ", but it flaps") : found;
  }

  private List<String> allEvidence() {
    List<String> all = new ArrayList<>();
    for (Testimony.Held held : testimony.all()) {
      if (all.size() + evidence.size() < MAX_EVIDENCE + 2) {
        all.add(cut(held.from() + " " + word(held.opinion()) + ": " + held.opinion().reason()));
      }
    }
    all.addAll(evidence);
    return List.copyOf(all);
  }

  static String word(Opinion opinion) {
    return switch (opinion.ballot()) {
      case NOTHING -> "has seen nothing";
      case ALIVE -> "sees it alive";
      case WORKS -> "sees it work";
      case DOUBT -> "doubts it";
      case FAILS -> "sees it fail";
    };
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

  private void tellOrEvict(Opinion own, Now now, List<Effect> effects) {
    if (!(state instanceof State.Down down) || inMaintenance(now)) {
      return;
    }
    if (!failureTold) {
      failureTold = true;
      effects.add(new Effect.Publish(failed("still down after maintenance")));
    }
    boolean alive = own.ballot() == Ballot.ALIVE || own.ballot() == Ballot.WORKS;
    if (registration.ttlMs() > 0
        && now.ns() - down.sinceNs() >= court.evictAfterNs()
        && !alive
        && court.mayEvict(now.ns())) {
      // Should the eviction not come about, the next try is as far away.
      state = new State.Down(now.ns());
      effects.add(new Effect.Evict(key, incarnation()));
    }
  }

  private Event.InstanceFailed failed(String reason) {
    return new Event.InstanceFailed(key.service(), key.id(), incarnation(), reason, allEvidence());
  }

  /** In how many nanoseconds it has to be looked at again, whatever happens. */
  long nextNs(long nowNs) {
    long nextNs = watch.pulse().nextNs(nowNs);
    for (CheckLine line : watch.lines()) {
      nextNs = Math.min(nextNs, line.nextNs(nowNs));
    }
    if (state.passing() && (suspected || told != null || !testimony.isEmpty())) {
      return Math.min(nextNs, TICK_NS);
    }
    return state instanceof State.Up ? nextNs : Math.min(nextNs, IDLE_NS);
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
        heldBack,
        state instanceof State.Down down && registration.ttlMs() > 0
            ? Optional.of(court.evictAfterNs() - (now.ns() - down.sinceNs()))
            : Optional.empty());
  }

  private boolean returning() {
    return state instanceof State.Down || state instanceof State.Recovering;
  }

  private boolean inMaintenance(Now now) {
    return now.wallMs() < maintenanceUntilMs;
  }

  private void observe(String what, Now now) {
    if (evidence.size() >= MAX_EVIDENCE) {
      evidence.removeFirst();
    }
    evidence.addLast(cut(Instant.ofEpochMilli(now.wallMs()) + " " + what));
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), MAX_OBSERVATION));
  }
}
