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
import io.hawser.drill.net.Namespaces;
import io.hawser.drill.process.Spawned;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    pair.registerBackup(HOST, port);
    return pair;
  }

  /**
   * One whose active instance is in a namespace of its own, that after those of the nodes, and
   * whose warm backup everybody reaches.
   */
  static FailoverPair apart(
      DrillCluster cluster, Namespaces network, String service, int port, boolean exclusive) {
    if (exclusive) {
      policy(cluster, service, new JsonObject().put("exclusive", true));
    }
    String host = network.address(cluster.plan().size());
    Origin origin = new Origin(service, service + "-a", host, port, apis(cluster));
    FailoverPair pair =
        new FailoverPair(cluster, service, cluster.startOriginApart(origin, network));
    pair.awaitActive();
    pair.registerBackup(Namespaces.HUB_ADDRESS, port);
    return pair;
  }

  private void registerBackup(String host, int port) {
    var unused = cluster.startOrigin(new Origin(service, backup(), host, port + 1, ""));
    var unusedToo =
        cluster
            .api(0)
            .put(
                Api.path("services", service, "instances", backup()),
                new JsonObject().put("host", host).put("port", port + 1).put("role", "standby"))
            .orFail("register the backup");
    await(List.of(failing(), backup()));
  }

  /** A warm one, whose failed instance a node is to start again. */
  static FailoverPair recovered(DrillCluster cluster, String service, int port) {
    FailoverPair pair = warm(cluster, service, port);
    policy(cluster, service, new JsonObject().put("recovery", driver()));
    return pair;
  }

  /** One in which two are never to be active at once; the first is when this returns. */
  static FailoverPair exclusive(DrillCluster cluster, String service, int port) {
    policy(cluster, service, new JsonObject().put("exclusive", true));
    FailoverPair pair = started(cluster, service, port);
    pair.awaitActive();
    pair.registerBackup(HOST, port);
    return pair;
  }

  private void awaitActive() {
    await(List.of(failing()));
    for (int k = 0; k < cluster.plan().size(); k++) {
      int node = k;
      if (!Wait.until(UP, () -> actives(node) == 1)) {
        throw new CliFailure(ExitCode.UNREACHABLE, "nobody is made active in " + service, "", "");
      }
    }
  }

  private static void policy(DrillCluster cluster, String service, JsonObject policy) {
    var unused =
        cluster.api(0).put(Api.path("services", service, "policy"), policy).orFail("put a policy");
  }

  private static JsonObject driver() {
    return new JsonObject()
        .put("name", "process")
        .put("args", new JsonObject().put("template", TEMPLATE));
  }

  /** One whose backup has to be started. */
  static FailoverPair cold(DrillCluster cluster, String service, int port) {
    return cold(cluster, service, port, driver());
  }

  /** One whose backup has to be started by one node and no other. */
  static FailoverPair coldAt(DrillCluster cluster, String service, int port, int node) {
    return cold(cluster, service, port, driver(node));
  }

  /** The same, with a recovery: all processes that nodes start are that node's. */
  static FailoverPair ownedBy(DrillCluster cluster, String service, int port, int node) {
    FailoverPair pair = coldAt(cluster, service, port, node);
    policy(cluster, service, new JsonObject().put("recovery", driver(node)));
    return pair;
  }

  private static JsonObject driver(int node) {
    JsonObject driver = driver();
    driver.getJsonObject("args").put("node", "node-" + node);
    return driver;
  }

  private static FailoverPair cold(
      DrillCluster cluster, String service, int port, JsonObject driver) {
    FailoverPair pair = started(cluster, service, port);
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
    Origin origin = new Origin(service, service + "-a", HOST, port, apis(cluster));
    return new FailoverPair(cluster, service, cluster.startOrigin(origin));
  }

  private static String apis(DrillCluster cluster) {
    return String.join(
        ",", IntStream.range(0, cluster.plan().size()).mapToObj(cluster.plan()::apiUrl).toList());
  }

  /** What an instance shows the store to be the active one, as its beat is answered. */
  String token(int node, String id) {
    JsonObject beat =
        new JsonObject()
            .put(
                "incarnation",
                cluster.api(node).instances(service, "any").stream()
                    .filter(i -> Fields.text(i, "id").equals(id))
                    .map(i -> Fields.text(i, "incarnation"))
                    .findFirst()
                    .orElse(""));
    String path = Api.path("services", service, "instances", id) + "/heartbeat";
    return cluster
        .api(node)
        .api()
        .raw("PUT", path, Map.of("Content-Type", "application/json"), beat.toBuffer().getBytes())
        .header("Hawser-Role-Epoch");
  }

  /** What the store answers to a write under a token. */
  int write(int node, String token) {
    String path = Api.keyPath(service) + "?fence=hawser/active/" + service + ":" + token;
    return cluster.api(node).api().raw("PUT", path, Map.of(), new byte[] {1}).status();
  }

  /** Ends its processes, whoever started them, and has the nodes forget it. */
  void end() {
    for (String id : List.of(failing(), backup())) {
      running(id).forEach(ProcessHandle::destroyForcibly);
      var unused = cluster.api(0).delete(Api.path("services", service, "backups", id));
      var unusedToo = cluster.api(0).delete(Api.path("services", service, "instances", id));
    }
    active.end();
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

  /** How many processes of an instance there are, whoever started them. */
  long processes(String id) {
    return running(id).size();
  }

  /** The processes of an instance, whoever started them. */
  List<ProcessHandle> running(String id) {
    String named = "--id " + id + " ";
    return ProcessHandle.allProcesses()
        .filter(
            p -> {
              String line = p.info().commandLine().orElse("") + " ";
              return line.contains(named) && line.contains("--service " + service + " ");
            })
        .toList();
  }

  /** The incidents of the failed one as a node has them. */
  List<JsonObject> incidents(int node) {
    return incidents(node, failing());
  }

  /** The incidents of one of the two as a node has them, the newest first. */
  List<JsonObject> incidents(int node, String failed) {
    return Fields.items(
            cluster.api(node).get(Api.path("failover", "history") + "?service=" + service).json(),
            "incidents")
        .stream()
        .filter(i -> Fields.text(i, "failed").equals(failed))
        .toList();
  }

  /** How many instances of the service a node has as active and passing. */
  long actives(int node) {
    return routed(node).size();
  }

  /** The instances that a node has as active and passing. */
  List<String> routed(int node) {
    return cluster.api(node).instances(service, "passing").stream()
        .filter(i -> Fields.text(i, "role").equals("active"))
        .map(i -> Fields.text(i, "id"))
        .toList();
  }

  /** Everything that a node says of the service's instances and incidents. */
  String truth(int node) {
    return cluster.api(node).instances(service, "any").stream().map(JsonObject::encode).toList()
        + " "
        + incidents(node).stream().map(JsonObject::encode).toList();
  }

  /** How often somebody was activated and routed, by the steps of the incidents. */
  static long activations(List<JsonObject> incidents) {
    return steps(incidents, "activating") - steps(incidents, "candidate-failed");
  }

  /** How many steps of a name the incidents have. */
  static long steps(List<JsonObject> incidents, String name) {
    return incidents.stream()
        .flatMap(i -> Fields.items(i, "steps").stream())
        .filter(s -> Fields.text(s, "name").equals(name))
        .count();
  }

  /** Where the store keeps roles, incidents and leases, by the number of the node. */
  static List<Integer> replicas(DrillCluster cluster) {
    return Fields.items(cluster.api(0).get(Api.path("storage", "placement")).json(), "groups")
        .stream()
        .filter(g -> Fields.text(g, "group").equals("meta"))
        .flatMap(g -> Fields.list(g, "replicas").stream())
        .map(name -> number(String.valueOf(name)))
        .toList();
  }

  private static int number(String node) {
    return Integer.parseInt(node.substring(node.lastIndexOf('-') + 1));
  }

  /** The number of the node whose manager acts. */
  static int manager(DrillCluster cluster, int asked) {
    String[] name = {""};
    boolean known =
        Wait.until(
            UP,
            () -> {
              name[0] =
                  Fields.text(
                      cluster.api(asked).get(Api.path("failover", "state")).object(), "manager");
              return !name[0].isEmpty();
            });
    if (!known) {
      throw new CliFailure(ExitCode.CHECK_FAILED, "no manager acts", cluster.tails(), "");
    }
    return number(name[0]);
  }

  /** When an instance first answered after a time. */
  static OptionalLong servedBy(AnswerLog log, String instance, long afterNs) {
    return log.all().stream()
        .filter(a -> !a.failed() && a.instance().equals(instance) && a.endNs() - afterNs > 0)
        .mapToLong(Answer::endNs)
        .min();
  }
}
