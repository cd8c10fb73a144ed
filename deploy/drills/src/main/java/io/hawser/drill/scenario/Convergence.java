package io.hawser.drill.scenario;

import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Whether the catalogs of all nodes become equal, with all that was accepted in them. */
final class Convergence {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private Convergence() {}

  /** Waits until the catalogs of all nodes are equal, and says what was lost; a round's figures. */
  static JsonObject await(DrillRun run, DrillCluster cluster, List<Churn> churns) {
    long healedNs = System.nanoTime();
    boolean equal = Wait.until(LIMIT, () -> equal(cluster));
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
            "equal catalogs within " + LIMIT.toSeconds() + " s",
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

  static boolean equal(DrillCluster cluster) {
    Map<String, String> first = catalog(cluster, 0);
    return !first.isEmpty()
        && IntStream.range(1, cluster.plan().size())
            .allMatch(k -> catalog(cluster, k).equals(first));
  }

  /** Everything that a node says of every instance. */
  static Map<String, String> catalog(DrillCluster cluster, int k) {
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
    for (int k = 1; k < cluster.plan().size(); k++) {
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
