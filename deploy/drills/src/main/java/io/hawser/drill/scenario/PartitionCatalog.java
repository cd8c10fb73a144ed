package io.hawser.drill.scenario;

import io.hawser.cli.base.Fields;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private static final Duration EQUAL_LIMIT = Duration.ofSeconds(90);
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
      boolean differed = !equal(cluster);
      run.journal()
          .expect("the catalogs differ while the nodes are apart", differed, "differ: " + differed);
      for (Churn churn : churns) {
        churn.stop();
      }
      injection.heal();
      run.journal().note("healed, and nobody registers any more");
    }
    return converge(run, cluster, churns).put("alone", "node-" + alone);
  }

  private static JsonObject converge(DrillRun run, DrillCluster cluster, List<Churn> churns) {
    long healedNs = System.nanoTime();
    boolean equal = Wait.until(EQUAL_LIMIT, () -> equal(cluster));
    double tookMs = (System.nanoTime() - healedNs) / 1e6;
    TreeSet<String> ids = new TreeSet<>();
    catalog(cluster, 0).keySet().forEach(key -> ids.add(key.substring(key.indexOf('/') + 1)));
    List<String> wrong = churns.stream().flatMap(c -> c.missing(ids).stream()).toList();
    JsonObject round = new JsonObject().put("instances", ids.size());
    if (equal) {
      round.put("equalMs", tookMs);
    }
    for (Churn churn : churns) {
      JsonObject figures = churn.figures();
      round.put((String) figures.remove("through"), figures);
    }
    run.journal().note("equal: " + equal + " after " + Math.round(tookMs) + " ms");
    run.journal()
        .expect(
            "equal catalogs within " + EQUAL_LIMIT.toSeconds() + " s",
            equal,
            equal ? Math.round(tookMs) + " ms" : difference(cluster));
    run.journal()
        .expect(
            "nothing that was accepted is lost or undone",
            wrong.isEmpty(),
            wrong.isEmpty()
                ? ids.size() + " instances"
                : wrong.size() + ": " + wrong.stream().limit(5).toList());
    return round;
  }

  private static boolean equal(DrillCluster cluster) {
    Map<String, String> first = catalog(cluster, 0);
    return !first.isEmpty()
        && IntStream.range(1, SIZE).allMatch(k -> catalog(cluster, k).equals(first));
  }

  /** Everything that a node says of every instance. */
  private static Map<String, String> catalog(DrillCluster cluster, int k) {
    Map<String, String> all = new TreeMap<>();
    for (String service : Churn.SERVICES) {
      for (JsonObject instance : cluster.api(k).instances(service, "any")) {
        all.put(service + "/" + Fields.text(instance, "id"), instance.encode());
      }
    }
    return all;
  }

  private static String difference(DrillCluster cluster) {
    Map<String, String> first = catalog(cluster, 0);
    for (int k = 1; k < SIZE; k++) {
      Map<String, String> other = catalog(cluster, k);
      for (String key : union(first, other)) {
        String a = first.getOrDefault(key, "absent");
        String b = other.getOrDefault(key, "absent");
        if (!a.equals(b)) {
          return "node-0: " + a + ", node-" + k + ": " + b;
        }
      }
    }
    return "they became equal later";
  }

  private static Set<String> union(Map<String, String> a, Map<String, String> b) {
    TreeSet<String> all = new TreeSet<>(a.keySet());
    all.addAll(b.keySet());
    return all;
  }
}
