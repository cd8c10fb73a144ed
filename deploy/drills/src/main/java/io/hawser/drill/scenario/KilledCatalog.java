package io.hawser.drill.scenario;

import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Kill -9 of each of three nodes in turn while registrations go on through all of them, and its
 * restart: the catalogs have to become equal, with all that anybody was told had been accepted.
 */
final class KilledCatalog implements Scenario {
  private static final int SIZE = 3;

  /** So that who is called down wrongly is gone before the end. */
  private static final Map<String, Object> EVICT_SOON = Map.of("registry.evict-after-ms", 4_000);

  private static final int INSTANCES = 2;

  /** A change is on disk within five seconds, or in the time of two snapshots. */
  private static final Duration SAVED = Duration.ofSeconds(12);

  private static final Duration UP = Duration.ofSeconds(60);
  private static final Duration BEFORE = Duration.ofSeconds(4);
  private static final Duration DEAD = Duration.ofSeconds(6);
  private static final Duration AFTER = Duration.ofSeconds(4);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(2);
  private static final long SEED = 20_261_127;

  @Override
  public String name() {
    return "kill-catalog";
  }

  @Override
  public String summary() {
    return "kill -9 and restart of each of three nodes in turn under registration churn: equal"
        + " catalogs, nothing accepted is lost";
  }

  @Override
  public int rounds() {
    return 3;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    ClusterPlan plan =
        ClusterPlan.local(run.dir().resolve("nodes"), SIZE, run.options().firstPort(), EVICT_SOON);
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      cluster.startAll();
      run.journal().note("three nodes are up");
      try (Flock flock = Flock.start(cluster, run, SIZE, INSTANCES, "127.0.0.1")) {
        List<JsonObject> rounds = new ArrayList<>();
        for (int i = 0; i < run.rounds(); i++) {
          JsonObject round = kill(run, cluster, flock, i);
          rounds.add(round);
          run.journal().round(round);
        }
        run.journal().figure("equalMs", Summary.of(rounds, "equalMs"));
        killAll(run, cluster, flock);
      }
    }
  }

  private static JsonObject kill(DrillRun run, DrillCluster cluster, Flock flock, int number)
      throws InterruptedException {
    EventTap events = new EventTap(cluster.api((number + 1) % SIZE).api());
    int victim = number % SIZE;
    String node = "node-" + victim;
    List<Churn> churns = new ArrayList<>();
    for (int k = 0; k < SIZE; k++) {
      churns.add(Churn.start("r" + number + "-node-" + k, cluster.api(k), SEED + number * 31L + k));
    }
    Wait.pass(BEFORE);
    try (Injection injection =
        Injection.inject(
            Kill.of(node, cluster.node(victim).identity()), TIME_TO_LIVE, run.journal())) {
      Wait.pass(DEAD);
      run.journal().note(node + " is ready after " + cluster.start(victim) + " ms");
      injection.heal();
    }
    Wait.pass(AFTER);
    for (Churn churn : churns) {
      churn.stop();
    }
    run.journal().note("nobody registers any more");
    JsonObject round = Convergence.await(run, cluster, churns).put("killed", node);
    boolean up = flock.awaitUp();
    long failed = flock.wronged(events, "InstanceFailed");
    long removed = flock.wronged(events, "InstanceDeregistered");
    events.close();
    run.journal()
        .expect(
            node + ": nothing that lives is called down or removed, all is up everywhere",
            up && failed == 0 && removed == 0,
            failed + " called down, " + removed + " removed, up: " + up);
    return round.put("calledDown", failed).put("removed", removed);
  }

  /** Of all at once nobody is left to tell: what they go on from is on their disks. */
  private static void killAll(DrillRun run, DrillCluster cluster, Flock flock) {
    Wait.pass(SAVED);
    Map<String, String> before = Convergence.catalog(cluster, 0);
    for (int k = 0; k < SIZE; k++) {
      cluster.node(k).kill();
    }
    for (int k = 0; k < SIZE; k++) {
      run.journal().note("node-" + k + " ready after " + cluster.start(k) + " ms");
    }
    boolean up = flock.awaitUp();
    boolean equal = Wait.until(UP, () -> Convergence.equal(cluster));
    boolean same = Convergence.catalog(cluster, 0).keySet().equals(before.keySet());
    run.journal()
        .expect(
            "after kill -9 of all three: the same instances, equal catalogs, all is up",
            up && equal && same,
            before.size() + " instances, up: " + up + ", equal: " + equal + ", same: " + same);
  }
}
