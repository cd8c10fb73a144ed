package io.hawser.cli.demo;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.cluster.NodeConfig;
import io.hawser.cli.cluster.NodeFiles;
import io.hawser.cli.cluster.NodePorts;
import io.hawser.node.NodeSettings;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What the demo is made of: one node, {@value #BACKENDS} backends that it runs as processes, and a
 * cold backup.
 *
 * @param backendPorts one for each backend, and the last for the backup
 * @param echoJar what the backends run
 */
record DemoPlan(Path dir, NodePorts ports, List<Integer> backendPorts, Path echoJar) {
  static final String SERVICE = "echo";
  static final String TEMPLATE = "echo";
  static final String BACKUP = "echo-b1";
  static final int BACKENDS = 3;

  private static final String HOST = "127.0.0.1";
  private static final int FIRST_BACKEND_PORT = 9001;
  private static final int PORTS_TRIED = 500;

  DemoPlan {
    backendPorts = List.copyOf(backendPorts);
  }

  /**
   * Lays the demo out on the first ports that are free.
   *
   * @param taken whether somebody listens on a port
   */
  static DemoPlan of(Path dir, NodePorts ports, Path echoJar, IntPredicate taken) {
    int first = FIRST_BACKEND_PORT + ports.offset();
    List<Integer> free =
        IntStream.range(first, first + PORTS_TRIED)
            .filter(port -> taken.negate().test(port))
            .limit(BACKENDS + 1L)
            .boxed()
            .toList();
    if (free.size() <= BACKENDS) {
      throw new CliFailure(
          ExitCode.FAILURE,
          "no free ports for the backends from " + first + " on",
          "",
          "move everything with --port-offset");
    }
    return new DemoPlan(dir, ports, free, echoJar);
  }

  /** The backends by their number, from 0. */
  static String backend(int k) {
    return SERVICE + "-" + (k + 1);
  }

  int backupPort() {
    return backendPorts.getLast();
  }

  NodeFiles files() {
    return new NodeFiles(dir.resolve("node-0"));
  }

  String url() {
    return ports.trafficUrl() + "/" + SERVICE + "/hello";
  }

  /**
   * @param parentPid the process without which the node is not to go on
   */
  NodeConfig nodeConfig(long parentPid) {
    NodeConfig config = NodeConfig.of("node-0", files().dir(), ports, NodeConfig.clusterName(dir));
    config.set(NodeConfig.BOOTSTRAP, NodeConfig.NEW);
    config.set(NodeSettings.PARENT_PID.name(), parentPid);
    config.set("process.on-stop", "stop");
    config.set("process.templates." + TEMPLATE + ".command", command());
    config.set("process.run", IntStream.range(0, BACKENDS).mapToObj(this::run).toList());
    return config;
  }

  private List<String> command() {
    return List.of(
        "${java}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Xmx48m",
        "-jar",
        echoJar.toString(),
        "--service",
        "${service}",
        "--id",
        "${id}",
        "--host",
        "${host}",
        "--port",
        "${port}",
        "--api",
        "${api}");
  }

  private Map<String, Object> run(int k) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("service", SERVICE);
    run.put("id", backend(k));
    run.put("template", TEMPLATE);
    run.put("host", HOST);
    run.put("port", backendPorts.get(k));
    return run;
  }

  private static JsonObject driver() {
    return new JsonObject()
        .put("name", "process")
        .put("args", new JsonObject().put("template", TEMPLATE));
  }

  /** How failed backends are to be recovered. */
  static JsonObject policy() {
    return new JsonObject().put("recovery", driver()).put("poolMinimum", 1);
  }

  JsonObject backup() {
    return new JsonObject()
        .put("host", HOST)
        .put("port", backupPort())
        .put("mode", "cold")
        .put("priority", 1)
        .put("driver", driver());
  }
}
