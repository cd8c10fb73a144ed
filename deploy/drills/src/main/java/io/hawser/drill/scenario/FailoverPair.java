package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.Answer;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.process.Spawned;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** A service with one active backend, and one that is to take its place. */
record FailoverPair(DrillCluster cluster, String service, Spawned active) {
  /** The template of nodes that start cold backups. */
  static final String TEMPLATE = "echo";

  private static final Duration UP = Duration.ofSeconds(60);
  private static final String HOST = "127.0.0.1";

  /** Starts the nodes, and waits until each group of the store is on three of them. */
  static void start(DrillCluster cluster) {
    cluster.startAll();
    boolean replicated =
        Wait.until(
            UP,
            () -> {
              List<JsonObject> groups =
                  Fields.items(
                      cluster.api(0).get(Api.path("storage", "placement")).json(), "groups");
              return !groups.isEmpty()
                  && groups.stream().allMatch(g -> Fields.list(g, "replicas").size() == 3);
            });
    if (!replicated) {
      throw new CliFailure(
          ExitCode.UNREACHABLE, "the store is not on three nodes", cluster.tails(), "");
    }
  }

  /** One whose backup runs already, is watched and gets no traffic. */
  static FailoverPair warm(DrillCluster cluster, String service, int port) {
    FailoverPair pair = started(cluster, service, port);
    var unused = cluster.startOrigin(new Origin(service, pair.backup(), HOST, port + 1, ""));
    var unusedToo =
        cluster
            .api(0)
            .put(
                Api.path("services", service, "instances", pair.backup()),
                new JsonObject().put("host", HOST).put("port", port + 1).put("role", "standby"))
            .orFail("register the backup");
    pair.await(List.of(pair.failing(), pair.backup()));
    return pair;
  }

  /** One whose backup has to be started. */
  static FailoverPair cold(DrillCluster cluster, String service, int port) {
    FailoverPair pair = started(cluster, service, port);
    JsonObject driver =
        new JsonObject()
            .put("name", "process")
            .put("args", new JsonObject().put("template", TEMPLATE));
    var unused =
        cluster
            .api(0)
            .put(
                Api.path("services", service, "backups", pair.backup()),
                new JsonObject()
                    .put("host", HOST)
                    .put("port", port + 1)
                    .put("mode", "cold")
                    .put("driver", driver))
            .orFail("put the backup");
    pair.await(List.of(pair.failing()));
    return pair;
  }

  private static FailoverPair started(DrillCluster cluster, String service, int port) {
    String apis =
        String.join(
            ",",
            IntStream.range(0, cluster.plan().size()).mapToObj(cluster.plan()::apiUrl).toList());
    Spawned active = cluster.startOrigin(new Origin(service, service + "-a", HOST, port, apis));
    return new FailoverPair(cluster, service, active);
  }

  String failing() {
    return service + "-a";
  }

  String backup() {
    return service + "-b";
  }

  private void await(List<String> ids) {
    for (int k = 0; k < cluster.plan().size(); k++) {
      int node = k;
      if (!Wait.until(UP, () -> up(node).containsAll(ids))) {
        throw new CliFailure(
            ExitCode.UNREACHABLE, service + " does not come up", "node " + k + " has " + up(k), "");
      }
    }
  }

  /** Those that work, also those on standby: the list without them is of what gets traffic. */
  private List<String> up(int node) {
    return cluster.api(node).instances(service, "any").stream()
        .filter(i -> Fields.text(i, "health").equals("up"))
        .map(i -> Fields.text(i, "id"))
        .toList();
  }

  /** The incidents of the service as a node has them. */
  List<JsonObject> incidents(int node) {
    return Fields.items(
        cluster.api(node).get(Api.path("failover", "history") + "?service=" + service).json(),
        "incidents");
  }

  /** How many instances of the service a node has as active and passing. */
  long actives(int node) {
    return cluster.api(node).instances(service, "passing").stream()
        .filter(i -> Fields.text(i, "role").equals("active"))
        .count();
  }

  /** When an instance first answered after a time. */
  static OptionalLong servedBy(AnswerLog log, String instance, long afterNs) {
    return log.all().stream()
        .filter(a -> !a.failed() && a.instance().equals(instance) && a.endNs() - afterNs > 0)
        .mapToLong(Answer::endNs)
        .min();
  }
}
