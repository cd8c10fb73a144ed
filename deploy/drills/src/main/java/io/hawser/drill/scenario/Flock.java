package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Instances that nothing is the matter with, whatever happens to the nodes: processes that beat and
 * are checked, and clients that do nothing but beat, each through any gateway that answers. Whoever
 * calls one of them down is wrong.
 */
final class Flock implements AutoCloseable {
  private static final String CHECKED = "calm";
  private static final String BEATING = "beating";
  private static final int TTL_MS = 5_000;
  private static final Duration UP = Duration.ofSeconds(60);

  private final DrillCluster cluster;
  private final int nodes;
  private final int size;
  private final List<Beater> beaters = new ArrayList<>();

  private Flock(DrillCluster cluster, int nodes, int size) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.size = size;
  }

  /** Starts so many of each kind at a host, and waits until all nodes see them up. */
  static Flock start(DrillCluster cluster, DrillRun run, int nodes, int size, String host) {
    Flock flock = new Flock(cluster, nodes, size);
    int port = Ports.block(run.options().firstPort() + 60, size);
    for (int i = 0; i < size; i++) {
      var unused =
          cluster.startOrigin(
              new Origin(CHECKED, CHECKED + "-" + i, host, port + i, flock.apis(i)));
      JsonObject registration =
          new JsonObject().put("host", host).put("port", port + i).put("ttlMs", TTL_MS);
      String path = Api.path("services", BEATING, "instances", BEATING + "-" + i);
      flock.beaters.add(Beater.start(cluster, nodes, path, registration, i));
    }
    run.journal().expect("all instances come up", flock.awaitUp(), flock.states(0).toString());
    return flock;
  }

  private String apis(int from) {
    return IntStream.range(0, nodes)
        .mapToObj(k -> cluster.plan().apiUrl((from + k) % nodes))
        .collect(Collectors.joining(","));
  }

  /** Waits until every node sees every instance up. */
  boolean awaitUp() {
    return Wait.until(UP, () -> IntStream.range(0, nodes).allMatch(this::allUp));
  }

  private boolean allUp(int k) {
    Map<String, String> states = states(k);
    return states.size() == 2 * size && states.values().stream().allMatch("up"::equals);
  }

  /** What a node says of each; empty when it does not answer. */
  Map<String, String> states(int k) {
    Map<String, String> states = new TreeMap<>();
    for (String service : List.of(CHECKED, BEATING)) {
      for (JsonObject instance : cluster.api(k).instances(service, "any")) {
        states.put(Fields.text(instance, "id"), Fields.text(instance, "state"));
      }
    }
    return states;
  }

  /** How many of them were called down, or were removed, as these events have it. */
  long wronged(EventTap events, String kind) {
    return events.count(kind, id -> id.startsWith(CHECKED + "-") || id.startsWith(BEATING + "-"));
  }

  @Override
  public void close() {
    beaters.forEach(Beater::stop);
    for (int i = 0; i < beaters.size(); i++) {
      var unused =
          cluster.api(0).delete(Api.path("services", BEATING, "instances", BEATING + "-" + i));
    }
  }
}
