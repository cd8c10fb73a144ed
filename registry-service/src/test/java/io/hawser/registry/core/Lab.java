package io.hawser.registry.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.client.RegistryClient;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Event;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.registry.core.CheckRun.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A detector with one instance in front of it, whose clock and whose answers the test sets. */
final class Lab {
  static final InstanceKey KEY = new InstanceKey("echo", "e1");
  static final NodeId SELF = new NodeId("node-0");
  static final NodeId BALANCER = new NodeId("node-1");
  static final NodeId GATEWAY = new NodeId("node-2");
  static final CheckSpec HTTP = new CheckSpec(CheckType.HTTP, "/health", 1_000, 1_000, 3, 2);
  static final Result PASS = new Result.Pass();
  static final Result TIMEOUT = new Result.Fail("no answer within 1000 ms");
  static final Result REFUSED = new Result.Refusal("connection refused");
  private static final long OVERDUE_MS = 2_000;
  static final long EVICT_AFTER_MS = 60_000;

  private final Detector detector;
  private final Map<String, CheckRun> inFlight = new HashMap<>();
  private final Map<Long, Long> startedMs = new HashMap<>();
  private final List<Event.Body> events = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<Effect.Evict> evictions = new ArrayList<>();
  private final List<Long> runTimes = new ArrayList<>();
  private final long startNs;
  private Optional<Verdict> verdict = Optional.empty();
  private Optional<Maintenance> maintenance = Optional.empty();
  private Registration registration;
  private Optional<Result> answer = Optional.of(PASS);
  private Optional<NodeId> gateway = Optional.empty();
  private boolean gatewaySpeaks;
  private long beatEveryMs;
  private long lastBeatMs;
  private long ms;
  private long wallStepMs;

  Lab(Registration registration) {
    this(registration, 0);
  }

  Lab(Registration registration, long startNs) {
    this.registration = registration;
    this.startNs = startNs;
    this.detector = new Detector(SELF, EVICT_AFTER_MS, now());
  }

  static Registration registration(long ttlMs, CheckSpec... checks) {
    return incarnation("one", ttlMs, checks);
  }

  static Registration incarnation(String incarnation, long ttlMs, CheckSpec... checks) {
    return new Registration(
        "127.0.0.1",
        9000,
        incarnation,
        1,
        "default",
        List.of(),
        Map.of(),
        Role.ACTIVE,
        ttlMs,
        List.of(checks),
        0);
  }

  Now now() {
    return new Now(
        startNs + TimeUnit.MILLISECONDS.toNanos(ms), 1_700_000_000_000L + ms + wallStepMs);
  }

  InstanceView view() {
    return new InstanceView(KEY, registration, verdict, maintenance, Optional.empty());
  }

  // ---- what the test does

  @CanIgnoreReturnValue
  Lab watch() {
    carryOut(detector.watch(view(), now()));
    return this;
  }

  /** As another checker left it in the catalog. */
  @CanIgnoreReturnValue
  Lab judgedElsewhere(Health health) {
    verdict =
        Optional.of(
            new Verdict(registration.incarnation(), health, 0, "elsewhere", BALANCER, List.of()));
    return watch();
  }

  @CanIgnoreReturnValue
  Lab register(Registration other) {
    registration = other;
    return watch();
  }

  @CanIgnoreReturnValue
  Lab maintained(long forMs) {
    maintenance = Optional.of(new Maintenance("upgrade", "ops", now().wallMs() + forMs));
    return watch();
  }

  /** The client takes its instance back. */
  @CanIgnoreReturnValue
  Lab deregister() {
    detector.unwatch(KEY);
    verdict = Optional.empty();
    inFlight.clear();
    return this;
  }

  /** Somebody sets the wall clock. */
  @CanIgnoreReturnValue
  Lab stepWall(long byMs) {
    wallStepMs += byMs;
    return this;
  }

  /** What each check comes to from now on; empty: no result ever. */
  @CanIgnoreReturnValue
  Lab checks(Optional<Result> result) {
    answer = result;
    return this;
  }

  @CanIgnoreReturnValue
  Lab checks(Result result) {
    return checks(Optional.of(result));
  }

  /** Beats from now on; 0 for no more. */
  @CanIgnoreReturnValue
  Lab beats(long everyMs) {
    beatEveryMs = everyMs;
    lastBeatMs = ms;
    return this;
  }

  @CanIgnoreReturnValue
  Lab beat() {
    return beat(registration.incarnation());
  }

  @CanIgnoreReturnValue
  Lab beat(String incarnation) {
    carryOut(detector.beat(KEY, incarnation, gateway, now()));
    return this;
  }

  /** Whether beats come through a gateway from now on, and it says that it is there. */
  @CanIgnoreReturnValue
  Lab gateway(boolean speaks) {
    gateway = Optional.of(GATEWAY);
    gatewaySpeaks = speaks;
    return this;
  }

  @CanIgnoreReturnValue
  Lab complain() {
    carryOut(
        detector.complaint(BALANCER, KEY, registration.incarnation(), "connect failed", now()));
    return this;
  }

  /** Lets time pass, in ticks, with the beats and answers that were set. */
  @CanIgnoreReturnValue
  Lab pass(long forMs) {
    long end = ms + forMs;
    while (ms < end) {
      ms += Detector.TICK_MS;
      if (gatewaySpeaks && ms % RegistryClient.KEEPALIVE_MS == 0) {
        detector.relay(GATEWAY, true, now());
      }
      if (beatEveryMs > 0 && ms - lastBeatMs >= beatEveryMs) {
        lastBeatMs = ms;
        beat();
      }
      carryOut(detector.tick(now()));
    }
    return this;
  }

  /** Time passes, but this node does not get to do anything. */
  @CanIgnoreReturnValue
  Lab stall(long forMs) {
    ms += forMs;
    return this;
  }

  @CanIgnoreReturnValue
  Lab tick() {
    carryOut(detector.tick(now()));
    return this;
  }

  /** Gives a result to the run that is in flight. */
  @CanIgnoreReturnValue
  Lab answer(Result result) {
    return answerEach(run -> result);
  }

  /** Gives each run in flight the result that is its own. */
  @CanIgnoreReturnValue
  Lab answerEach(Function<CheckRun, Result> results) {
    for (CheckRun run : List.copyOf(inFlight.values())) {
      inFlight.remove(line(run));
      carryOut(detector.result(run, results.apply(run), now()));
    }
    return this;
  }

  private void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Run run -> run(run.run());
        case Effect.Judge judge -> {
          verdict = Optional.of(judge.verdict());
          verdicts.add(judge.verdict());
          events.addAll(judge.events());
          detector.written(judge.instance());
        }
        case Effect.Publish publish -> events.add(publish.event());
        case Effect.Evict evict -> evictions.add(evict);
        case Effect.Speak speak -> throw new AssertionError("there is nobody to speak to");
        case Effect.Defect defect -> throw new AssertionError(defect.cause());
      }
    }
  }

  private void run(CheckRun run) {
    runTimes.add(ms);
    CheckRun other = inFlight.put(line(run), run);
    Long ignored = startedMs.put(run.number(), ms);
    if (other != null && ms - startedMs.getOrDefault(other.number(), ms) <= OVERDUE_MS) {
      throw new AssertionError("two runs in flight: " + other + " and " + run);
    }
    answer.ifPresent(
        result -> {
          inFlight.remove(line(run));
          carryOut(detector.result(run, result, now()));
        });
  }

  private static String line(CheckRun run) {
    return run.incarnation() + " " + CheckRun.describe(run.spec());
  }

  // ---- what came of it

  Detector detector() {
    return detector;
  }

  Health health() {
    return view().health();
  }

  List<Health> verdicts() {
    return verdicts.stream().map(Verdict::health).toList();
  }

  Verdict lastVerdict() {
    return verdicts.getLast();
  }

  List<Event.Body> events() {
    return events;
  }

  <E extends Event.Body> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  List<Effect.Evict> evictions() {
    return evictions;
  }

  /** When checks were started, in milliseconds from the start. */
  List<Long> runTimes() {
    return runTimes;
  }

  int runsInFlight() {
    return inFlight.size();
  }

  boolean inMaintenance() {
    return view().inMaintenance(now().wallMs());
  }

  long ms() {
    return ms;
  }
}
