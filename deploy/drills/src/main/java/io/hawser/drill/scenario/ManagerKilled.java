package io.hawser.drill.scenario;

import static java.util.Locale.ROOT;

import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The only active instance of a service is killed, and within the time that a step of its incident
 * takes the node whose failover manager acts. Somebody else has to carry the incident to its end,
 * with one activation. Services with a warm backup and a recovery, with a cold backup, and
 * exclusive ones, and moments of them, are drawn. At which step the manager died is the last one
 * that the record dates before its death, which may be a later one than was meant.
 */
final class ManagerKilled implements Scenario {
  /** The first moment of all: the instance was called down, and no incident is open. */
  private static final String BEFORE = "before";

  /** What an incident is at, and within which time after that its manager is killed. */
  private record Moment(Kind kind, String step, long windowMs) {}

  private enum Kind {
    WARM,
    RECOVERED,
    COLD,
    EXCLUSIVE;

    FailoverPair start(DrillCluster cluster, String service, int port) {
      return switch (this) {
        case WARM -> FailoverPair.warm(cluster, service, port);
        case RECOVERED -> FailoverPair.recovered(cluster, service, port);
        case COLD -> FailoverPair.cold(cluster, service, port);
        case EXCLUSIVE -> FailoverPair.exclusive(cluster, service, port);
      };
    }

    /** At a step that is over within some 20 ms, some of which it takes to learn of it. */
    Moment at(String step) {
      return within(step, 4);
    }

    Moment within(String step, long windowMs) {
      return new Moment(this, step, windowMs);
    }
  }

  private static final List<Moment> MOMENTS =
      List.of(
          Kind.WARM.at(BEFORE),
          Kind.WARM.within(BEFORE, 50),
          Kind.WARM.at("planned"),
          Kind.WARM.at("removed"),
          Kind.WARM.at("activating"),
          Kind.WARM.at("routed"),
          Kind.WARM.at("closed"),
          Kind.RECOVERED.at("routed"),
          Kind.RECOVERED.at("recovery-attempt"),
          Kind.RECOVERED.within("recovery-attempt", 2_000),
          Kind.RECOVERED.within("recovered", 2),
          Kind.RECOVERED.within("recovered", 2),
          Kind.RECOVERED.within("recovered", 2),
          Kind.COLD.at(BEFORE),
          Kind.COLD.at("planned"),
          Kind.COLD.at("removed"),
          Kind.COLD.at("activating"),
          Kind.COLD.within("activating", 1_500),
          Kind.COLD.at("routed"),
          Kind.EXCLUSIVE.within(BEFORE, 50),
          Kind.EXCLUSIVE.at("opened"),
          Kind.EXCLUSIVE.at("planned"),
          Kind.EXCLUSIVE.within("removed", 4_000),
          Kind.EXCLUSIVE.at("fenced"),
          Kind.EXCLUSIVE.at("fenced"),
          Kind.EXCLUSIVE.at("activating"),
          Kind.EXCLUSIVE.at("routed"));

  private static final Set<String> STEPS =
      MOMENTS.stream().map(Moment::step).collect(Collectors.toSet());

  /** As many rounds as it takes for each step to be hit often. */
  private static final int MANY = 100;

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration STEADY = Duration.ofSeconds(1);
  private static final int SIZE = 3;
  private static final int PORTS = 2;

  @Override
  public String name() {
    return "failover-manager-killed";
  }

  @Override
  public String summary() {
    return "kill -9 of an active instance and, at a random step of its incident, of the manager's"
        + " node: exactly one activation, every incident ends";
  }

  @Override
  public int rounds() {
    return 10;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int first = Ports.block(run.options().firstPort() + 40, run.rounds() * PORTS);
    ClusterPlan plan =
        ClusterPlan.local(
            run.dir().resolve("nodes"),
            SIZE,
            run.options().firstPort(),
            Map.of(
                "failover.recovery.probation-ms",
                1_000,
                "failover.recovery.backoff-ms",
                1_000,
                "process.templates." + FailoverPair.TEMPLATE + ".command",
                Origin.template()));
    Random random = new Random(run.options().seed());
    Map<String, Integer> hit = new TreeMap<>();
    List<JsonObject> rounds = new ArrayList<>();
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      FailoverPair.start(cluster);
      for (int i = 1; i <= run.rounds(); i++) {
        Moment moment = next(random, hit);
        FailoverPair pair = moment.kind().start(cluster, "svc-" + i, first + (i - 1) * PORTS);
        JsonObject round =
            round(run, pair, moment, random.nextLong(moment.windowMs()))
                .put("round", i)
                .put("kind", moment.kind().name().toLowerCase(ROOT))
                .put("meant", moment.step());
        hit.merge(round.getString("killedAt"), 1, Integer::sum);
        run.journal().note("round: " + round.encode());
        run.journal().round(round);
        rounds.add(round);
        pair.end();
      }
    }
    run.journal().figure("endedMs", Summary.of(rounds, "endedMs"));
    run.journal().figure("killedAt", hit.toString());
    if (run.rounds() >= MANY) {
      int least = STEPS.stream().mapToInt(step -> hit.getOrDefault(step, 0)).min().orElse(0);
      run.journal().expect("the manager died five times at each step", least >= 5, hit.toString());
    }
    expect(run, rounds, "ended", "every incident ends");
    expect(run, rounds, "onlyIncident", "one incident in each round");
    expect(run, rounds, "oneActivation", "exactly one activation in each round");
    expect(run, rounds, "oneActive", "one active instance at every node afterwards");
    expect(run, rounds, "oneProcess", "no instance has two processes");
    expect(run, rounds, "oldRefused", "the store refuses the old one's writes where one is active");
  }

  /**
   * Half of the time one of those at the steps that were hit least: what is meant is often missed.
   */
  private static Moment next(Random random, Map<String, Integer> hit) {
    int least = STEPS.stream().mapToInt(step -> hit.getOrDefault(step, 0)).min().orElse(0);
    List<Moment> rare =
        MOMENTS.stream().filter(m -> hit.getOrDefault(m.step(), 0) == least).toList();
    List<Moment> of = random.nextBoolean() ? rare : MOMENTS;
    return of.get(random.nextInt(of.size()));
  }

  private static void expect(DrillRun run, List<JsonObject> rounds, String field, String what) {
    long met = rounds.stream().filter(r -> r.getBoolean(field)).count();
    run.journal().expect(what, met == rounds.size(), met + " of " + rounds.size() + " rounds");
  }

  private static JsonObject round(DrillRun run, FailoverPair pair, Moment moment, long delayMs)
      throws InterruptedException {
    DrillCluster cluster = pair.cluster();
    int manager = FailoverPair.manager(cluster, 0);
    int other = (manager + 1) % SIZE;
    JsonObject round = new JsonObject().put("manager", manager);
    boolean exclusive = moment.kind() == Kind.EXCLUSIVE;
    String old = exclusive ? pair.token(other, pair.failing()) : "";
    long killedAtMs;
    // Its own events come soonest, and are not needed when it is gone.
    try (EventTap events = new EventTap(cluster.api(manager).api())) {
      Wait.pass(STEADY);
      try (Injection instance =
          Injection.inject(
              Kill.of(pair.failing(), pair.active().identity()), SOON, run.journal())) {
        long t0 = instance.injectedNs();
        if (!reached(events, pair, moment)) {
          run.journal().note("'" + moment.step() + "' did not come");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMs));
        killedAtMs = kill(run, cluster, manager);
        var unused = Wait.until(SOON, () -> ended(pair, other) || waits(pair, other));
        round.put("waitedForNode", !ended(pair, other));
        if (ended(pair, other)) {
          round.put("endedMs", (System.nanoTime() - t0) / 1e6);
        }
      }
    }
    var unused = cluster.start(manager);
    round.put("oldRefused", !exclusive || fenced(pair, other, old));
    return judged(round, pair, killedAtMs);
  }

  /** Whether the store takes what the new one writes, and refuses what the old one may still. */
  private static boolean fenced(FailoverPair pair, int node, String old) {
    boolean taken =
        Wait.until(
            SOON,
            () -> {
              String token = pair.token(node, pair.backup());
              return !token.isEmpty() && pair.write(node, token) < 300;
            });
    return taken && !old.isEmpty() && pair.write(node, old) == 409;
  }

  private static boolean reached(EventTap events, FailoverPair pair, Moment moment)
      throws InterruptedException {
    return moment.step().equals(BEFORE)
        ? events.await(SOON, "InstanceFailed", "instance", pair.failing())
        : events.await(SOON, "FailoverStep", "service", pair.service(), "step", moment.step());
  }

  /** Whether only the node that was killed may go on: the process that is to be started is its. */
  private static boolean waits(FailoverPair pair, int node) {
    List<JsonObject> incidents = pair.incidents(node);
    return !incidents.isEmpty()
        && Fields.text(Fields.items(incidents.getFirst(), "steps").getLast(), "name")
            .equals("recovery-held");
  }

  /** When it was killed, by the clock by which the steps of incidents are dated. */
  private static long kill(DrillRun run, DrillCluster cluster, int manager) {
    Kill kill = Kill.of("node-" + manager, cluster.node(manager).identity());
    try (Injection node = Injection.inject(kill, SOON, run.journal())) {
      long agoMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - node.injectedNs());
      return System.currentTimeMillis() - agoMs;
    }
  }

  private static boolean ended(FailoverPair pair, int node) {
    List<JsonObject> incidents = pair.incidents(node);
    return !incidents.isEmpty() && incidents.stream().allMatch(ManagerKilled::done);
  }

  private static boolean done(JsonObject incident) {
    return List.of("closed", "failed", "aborted").contains(Fields.text(incident, "phase"));
  }

  /** What all nodes, the one that was started again among them, say in the end. */
  private static JsonObject judged(JsonObject round, FailoverPair pair, long killedAtMs) {
    boolean oneActive = true;
    for (int k = 0; k < SIZE; k++) {
      int node = k;
      oneActive &= Wait.until(SOON, () -> pair.actives(node) == 1);
    }
    round.put("ended", Wait.until(SOON, () -> ended(pair, 0)));
    List<JsonObject> incidents = pair.incidents(0);
    return round
        .put("killedAt", incidents.isEmpty() ? "none" : diedAt(incidents.getFirst(), killedAtMs))
        .put("oneActive", oneActive)
        .put("onlyIncident", incidents.size() == 1)
        .put(
            "oneProcess", pair.processes(pair.failing()) <= 1 && pair.processes(pair.backup()) <= 1)
        .put(
            "oneActivation",
            FailoverPair.activations(incidents) == 1
                && FailoverPair.steps(incidents, "routed") == 1);
  }

  /** The last step that was begun when the manager died. */
  private static String diedAt(JsonObject incident, long killedAtMs) {
    String last = "before";
    for (JsonObject step : Fields.items(incident, "steps")) {
      if (Fields.number(step, 0, "atMs") <= killedAtMs) {
        last = Fields.text(step, "name");
      }
    }
    return last;
  }
}
