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
        ClusterPlan.local(run.dir().resolve("nodes"), SIZE, run.options().firstPort(), Map.of());
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      cluster.startAll();
      run.journal().note("three nodes are up");
      List<JsonObject> rounds = new ArrayList<>();
      for (int i = 0; i < run.rounds(); i++) {
        JsonObject round = kill(run, cluster, i);
        rounds.add(round);
        run.journal().round(round);
      }
      run.journal().figure("equalMs", Summary.of(rounds, "equalMs"));
    }
  }

  private static JsonObject kill(DrillRun run, DrillCluster cluster, int number)
      throws InterruptedException {
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
    return Convergence.await(run, cluster, churns).put("killed", node);
  }
}
