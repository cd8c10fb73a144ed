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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The only active instance of a service is killed, and at a random moment after it was called down
 * the node whose failover manager acts. Somebody else has to carry the incident to its end, with
 * one activation. Services with a warm backup and a recovery, with a cold backup, and exclusive
 * ones take turns. At which step the manager died is the last one that the record dates before its
 * death.
 */
final class ManagerKilled implements Scenario {
  /** A service, and in which time after the verdict its manager is killed. */
  private enum Kind {
    WARM(150),
    RECOVERED(2_500),
    COLD(2_000),
    EXCLUSIVE(4_500);

    final long windowMs;

    Kind(long windowMs) {
      this.windowMs = windowMs;
    }

    FailoverPair start(DrillCluster cluster, String service, int port) {
      return switch (this) {
        case WARM -> FailoverPair.warm(cluster, service, port);
        case RECOVERED -> FailoverPair.recovered(cluster, service, port);
        case COLD -> FailoverPair.cold(cluster, service, port);
        case EXCLUSIVE -> FailoverPair.exclusive(cluster, service, port);
      };
    }
  }

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
        Kind kind = Kind.values()[(i - 1) % Kind.values().length];
        long delayMs = random.nextLong(kind.windowMs);
        FailoverPair pair = kind.start(cluster, "svc-" + i, first + (i - 1) * PORTS);
        JsonObject round =
            round(run, pair, delayMs).put("round", i).put("kind", kind.name().toLowerCase(ROOT));
        hit.merge(round.getString("killedAt"), 1, Integer::sum);
        run.journal().note("round: " + round.encode());
        run.journal().round(round);
        rounds.add(round);
      }
    }
    run.journal().figure("endedMs", Summary.of(rounds, "endedMs"));
    run.journal().figure("killedAt", hit.toString());
    expect(run, rounds, "ended", "every incident ends");
    expect(run, rounds, "onlyIncident", "one incident in each round");
    expect(run, rounds, "oneActivation", "exactly one activation in each round");
    expect(run, rounds, "oneActive", "one active instance at every node afterwards");
    expect(run, rounds, "oneProcess", "no instance has two processes");
  }

  private static void expect(DrillRun run, List<JsonObject> rounds, String field, String what) {
    long met = rounds.stream().filter(r -> r.getBoolean(field)).count();
    run.journal().expect(what, met == rounds.size(), met + " of " + rounds.size() + " rounds");
  }

  private static JsonObject round(DrillRun run, FailoverPair pair, long delayMs)
      throws InterruptedException {
    DrillCluster cluster = pair.cluster();
    int manager = FailoverPair.manager(cluster, 0);
    int other = (manager + 1) % SIZE;
    JsonObject round = new JsonObject().put("manager", manager);
    long killedAtMs;
    try (EventTap events = new EventTap(cluster.api(other).api())) {
      Wait.pass(STEADY);
      try (Injection instance =
          Injection.inject(
              Kill.of(pair.failing(), pair.active().identity()), SOON, run.journal())) {
        long t0 = instance.injectedNs();
        var unused =
            Wait.until(SOON, () -> events.first("InstanceFailed", pair.failing(), t0).isPresent());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMs));
        killedAtMs = kill(run, cluster, manager);
        round.put("ended", Wait.until(SOON, () -> ended(pair, other)));
        round.put("endedMs", (System.nanoTime() - t0) / 1e6);
      }
    }
    var unused = cluster.start(manager);
    return judged(round, pair, killedAtMs);
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
