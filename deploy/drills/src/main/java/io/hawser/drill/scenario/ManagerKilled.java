package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
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
 * one activation. At which step the manager died shows in the record: the next step comes only when
 * the lease has run out.
 */
final class ManagerKilled implements Scenario {
  /** In which an incident goes through its steps. */
  private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(120);

  /** Steps that are further apart have the manager's death between them. */
  private static final long GAP_MS = 1_000;

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
                "process.on-stop",
                "keep",
                "process.templates." + FailoverPair.TEMPLATE + ".command",
                Origin.template()));
    Random random = new Random(run.options().seed());
    Map<String, Integer> hit = new TreeMap<>();
    List<JsonObject> rounds = new ArrayList<>();
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      FailoverPair.start(cluster);
      for (int i = 1; i <= run.rounds(); i++) {
        long delayNs = random.nextLong(WINDOW_NS);
        FailoverPair pair = FailoverPair.warm(cluster, "svc-" + i, first + (i - 1) * PORTS);
        JsonObject round = round(run, pair, delayNs).put("round", i);
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
  }

  private static void expect(DrillRun run, List<JsonObject> rounds, String field, String what) {
    long met = rounds.stream().filter(r -> r.getBoolean(field)).count();
    run.journal().expect(what, met == rounds.size(), met + " of " + rounds.size() + " rounds");
  }

  private static JsonObject round(DrillRun run, FailoverPair pair, long delayNs)
      throws InterruptedException {
    DrillCluster cluster = pair.cluster();
    int manager = manager(cluster);
    int other = (manager + 1) % SIZE;
    JsonObject round = new JsonObject().put("manager", manager);
    try (EventTap events = new EventTap(cluster.api(other).api())) {
      Wait.pass(STEADY);
      try (Injection instance =
          Injection.inject(
              Kill.of(pair.failing(), pair.active().identity()), SOON, run.journal())) {
        long t0 = instance.injectedNs();
        var unused =
            Wait.until(SOON, () -> events.first("InstanceFailed", pair.failing(), t0).isPresent());
        LockSupport.parkNanos(delayNs);
        kill(run, cluster, manager);
        round.put("ended", Wait.until(SOON, () -> ended(pair, other)));
        round.put("endedMs", (System.nanoTime() - t0) / 1e6);
      }
    }
    var unused = cluster.start(manager);
    return judged(round, pair);
  }

  private static void kill(DrillRun run, DrillCluster cluster, int manager) {
    Kill kill = Kill.of("node-" + manager, cluster.node(manager).identity());
    try (Injection node = Injection.inject(kill, SOON, run.journal())) {
      run.journal().note("the manager's node was killed at " + run.journal().ms(node.injectedNs()));
    }
  }

  private static boolean ended(FailoverPair pair, int node) {
    List<JsonObject> incidents = pair.incidents(node);
    return !incidents.isEmpty() && incidents.stream().allMatch(ManagerKilled::done);
  }

  private static boolean done(JsonObject incident) {
    return List.of("routed", "closed", "failed", "aborted")
        .contains(Fields.text(incident, "phase"));
  }

  private static int manager(DrillCluster cluster) {
    String[] name = {""};
    boolean known =
        Wait.until(
            SOON,
            () -> {
              JsonObject state = cluster.api(0).get(Api.path("failover", "state")).object();
              name[0] = Fields.text(state, "manager");
              return !name[0].isEmpty();
            });
    if (!known) {
      throw new CliFailure(ExitCode.CHECK_FAILED, "no manager acts", cluster.tails(), "");
    }
    return Integer.parseInt(name[0].substring(name[0].lastIndexOf('-') + 1));
  }

  /** What all nodes, the one that was started again among them, say in the end. */
  private static JsonObject judged(JsonObject round, FailoverPair pair) {
    boolean oneActive = true;
    for (int k = 0; k < SIZE; k++) {
      int node = k;
      oneActive &= Wait.until(SOON, () -> pair.actives(node) == 1);
    }
    List<JsonObject> incidents = pair.incidents(0);
    long activations =
        incidents.stream()
            .flatMap(i -> Fields.items(i, "steps").stream())
            .filter(s -> Fields.text(s, "name").equals("activating"))
            .count();
    return round
        .put("killedAt", incidents.isEmpty() ? "none" : diedAt(incidents.getFirst()))
        .put("oneActive", oneActive)
        .put("onlyIncident", incidents.size() == 1)
        .put("oneActivation", activations == 1);
  }

  /** The step after which the next one took long; what was before the first, or after the last. */
  private static String diedAt(JsonObject incident) {
    List<JsonObject> steps = Fields.items(incident, "steps");
    for (int i = 1; i < steps.size(); i++) {
      long beforeMs = Fields.number(steps.get(i - 1), 0, "atMs");
      if (Fields.number(steps.get(i), 0, "atMs") - beforeMs > GAP_MS) {
        return Fields.text(steps.get(i - 1), "name");
      }
    }
    return "before or after";
  }
}
