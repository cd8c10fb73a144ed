package io.hawser.drill.scenario;

import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Partition;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Three nodes in network namespaces, one cut off from the other two while registrations go on
 * through all of them; then the cut is healed, and their catalogs have to become equal, with all
 * that anybody was told had been accepted.
 */
final class PartitionCatalog implements Scenario {
  private static final int SIZE = 3;
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration CUT = Duration.ofSeconds(30);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(3);
  private static final long SEED = 20_261_124;

  @Override
  public String name() {
    return "partition-catalog";
  }

  @Override
  public String summary() {
    return "three nodes in namespaces, one cut off under registration churn and healed: equal"
        + " catalogs, nothing accepted is lost";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public int namespaces(DrillRun.Options options) {
    return SIZE;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int port = Ports.block(run.options().firstPort(), SIZE * ClusterPlan.PORTS_PER_NODE);
    ClusterPlan plan =
        new ClusterPlan(run.dir().resolve("nodes"), SIZE, port, run.network(), Map.of());
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      cluster.startAll();
      run.journal().note("three nodes are up, each in a namespace of its own");
      List<JsonObject> rounds = new ArrayList<>();
      for (int i = 0; i < run.rounds(); i++) {
        JsonObject round = cut(run, cluster, i);
        rounds.add(round);
        run.journal().round(round);
      }
      run.journal().figure("equalMs", Summary.of(rounds, "equalMs"));
    }
  }

  private static JsonObject cut(DrillRun run, DrillCluster cluster, int number)
      throws InterruptedException {
    int alone = number % SIZE;
    List<Integer> others = IntStream.range(0, SIZE).filter(k -> k != alone).boxed().toList();
    Partition.Sides sides = new Partition.Sides(List.of(alone), others, cluster.plan()::apiPort);
    List<Churn> churns = new ArrayList<>();
    for (int k = 0; k < SIZE; k++) {
      churns.add(Churn.start("r" + number + "-node-" + k, cluster.api(k), SEED + number * 31L + k));
    }
    Wait.pass(BEFORE);
    Partition partition =
        new Partition(run.network().orElseThrow(), sides, run.ledger(), TIME_TO_LIVE);
    try (Injection injection = Injection.inject(partition, TIME_TO_LIVE, run.journal())) {
      Wait.pass(CUT);
      boolean differed = !Convergence.equal(cluster);
      run.journal()
          .expect("the catalogs differ while the nodes are apart", differed, "differ: " + differed);
      for (Churn churn : churns) {
        churn.stop();
      }
      injection.heal();
      run.journal().note("healed, and nobody registers any more");
    }
    return Convergence.await(run, cluster, churns).put("alone", "node-" + alone);
  }
}
