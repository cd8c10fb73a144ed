package io.hawser.cli.cluster;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Table;
import io.hawser.cli.base.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A local cluster: several nodes, each a process of its own that stays when the command ends. */
@Command(
    name = "up",
    description = "Start a cluster of nodes on this machine and wait until all are ready.",
    footer = {
      "",
      "Node k has the default ports plus k, and keeps data, log and pid in DIR/node-<k>/.",
      "'hawser down --dir DIR' ends it."
    })
final class UpCommand implements Callable<Integer> {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);
  private static final int MAX_NODES = 16;

  private final Cli cli;

  @Option(
      names = {"-n", "--nodes"},
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes (default ${DEFAULT-VALUE}).")
  private int nodes = 3;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "data/cluster",
      description = "Where the cluster lives (default ./${DEFAULT-VALUE}).")
  private Path dir = Path.of("data/cluster");

  @Option(
      names = "--port-offset",
      paramLabel = "K",
      defaultValue = "0",
      description = "Added to every port of every node.")
  private int portOffset;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of every node; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  private final List<NodeProcess> started = new ArrayList<>();

  UpCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new CliFailure(ExitCode.USAGE, "-n is 1 to " + MAX_NODES + ", got " + nodes, "", "");
    }
    Path home = dir.toAbsolutePath().normalize();
    requireNoneAlive(home);
    List<NodePorts> ports =
        IntStream.range(0, nodes).mapToObj(k -> new NodePorts(portOffset + k)).toList();
    NodePorts.requireFree(ports);
    Thread undo = new Thread(this::stopStarted, "undo");
    Runtime.getRuntime().addShutdownHook(undo);
    List<JsonObject> ready = new ArrayList<>();
    try {
      // One after the other: nodes that start at once need several times as long to find one
      // another.
      for (int k = 0; k < nodes; k++) {
        ready.add(start(home, k, ports));
      }
    } catch (CliFailure e) {
      stopStarted();
      throw e;
    } finally {
      var unused = removed(undo);
    }
    report(home, ready);
    return 0;
  }

  private static void requireNoneAlive(Path home) {
    List<String> alive =
        NodeFiles.under(home).stream()
            .flatMap(f -> f.live().map(who -> f.id() + " (pid " + who.pid() + ")").stream())
            .toList();
    if (!alive.isEmpty()) {
      throw new CliFailure(
          ExitCode.CONFLICT,
          "nodes run in " + home + " already: " + String.join(", ", alive),
          "",
          "end them with 'hawser down --dir "
              + home
              + "', or give another --dir and --port-offset");
    }
  }

  private JsonObject start(Path home, int k, List<NodePorts> all) {
    NodePorts ports = all.get(k);
    NodeFiles files = new NodeFiles(home.resolve("node-" + k));
    config(home, k, all)
        .write(files.config(), "Written by 'hawser up'; a new 'up' writes it again.");
    cli.terminal().note("starting " + files.id() + " ...");
    NodeProcess node = NodeProcess.start(cli.script(), files, ports);
    synchronized (started) {
      started.add(node);
    }
    long tookMs = node.awaitReady(READY_LIMIT);
    return new JsonObject()
        .put("id", files.id())
        .put("state", "ready")
        .put("pid", node.pid())
        .put("api", ports.apiUrl())
        .put("traffic", ports.trafficUrl())
        .put("tookMs", tookMs)
        .put("log", files.log().toString());
  }

  private NodeConfig config(Path home, int k, List<NodePorts> all) {
    NodeConfig config =
        NodeConfig.of(
            "node-" + k, home.resolve("node-" + k), all.get(k), NodeConfig.clusterName(home));
    config.seeds(all);
    if (k == 0) {
      config.set(NodeConfig.BOOTSTRAP, NodeConfig.NEW);
    }
    settings.forEach(config::set);
    return config;
  }

  private void stopStarted() {
    List<NodeProcess> all;
    synchronized (started) {
      all = List.copyOf(started);
      started.clear();
    }
    for (NodeProcess node : all.reversed()) {
      cli.terminal().note(node.files().id() + " " + Ending.words(node.stop(STOP_GRACE)));
    }
  }

  /** Takes the hook back; false when the JVM is ending, and the hook has the floor. */
  private static boolean removed(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void report(Path home, List<JsonObject> ready) {
    if (cli.json()) {
      cli.printJson(
          new JsonObject().put("dir", home.toString()).put("nodes", new JsonArray(ready)));
      return;
    }
    Terminal terminal = cli.terminal();
    new Table()
        .column("NODE", "id")
        .painted("STATE", terminal::state, "state")
        .column("PID", "pid")
        .column("API", "api")
        .column("TRAFFIC", "traffic")
        .column("TOOK MS", "tookMs")
        .rows(ready)
        .print(terminal, "no nodes");
    terminal.note("next: hawser status" + server() + "; end it with: hawser down --dir " + home);
  }

  private String server() {
    return portOffset == 0 ? "" : " --server " + new NodePorts(portOffset).apiUrl();
  }
}
