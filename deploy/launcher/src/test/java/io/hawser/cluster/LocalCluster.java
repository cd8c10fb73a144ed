package io.hawser.cluster;

import io.hawser.testing.Await;
import io.hawser.testing.FreePorts;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Nodes on loopback, each a JVM of its own, and the backends that a test starts. Closing it ends
 * all of them.
 */
final class LocalCluster implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final int PORTS_PER_NODE = 5;

  private final Path dir;
  private final List<Integer> ports;
  private final List<JvmProcess> nodes = new ArrayList<>();
  private final List<JvmProcess> backends = new ArrayList<>();

  private final IntFunction<String> settings;

  private LocalCluster(Path dir, List<Integer> ports, IntFunction<String> settings) {
    this.dir = dir;
    this.ports = ports;
    this.settings = settings;
  }

  /** Starts so many nodes, one after the other. */
  static LocalCluster start(Path dir, int size) {
    return start(dir, size, k -> "");
  }

  /**
   * As the shorter form.
   *
   * @param settings further lines for the settings of a node
   */
  static LocalCluster start(Path dir, int size, IntFunction<String> settings) {
    LocalCluster cluster = new LocalCluster(dir, freePorts(size * PORTS_PER_NODE), settings);
    try {
      for (int k = 0; k < size; k++) {
        cluster.nodes.add(cluster.startNode(k));
      }
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /** Stops a node, and starts it with the same settings and data. */
  void restart(int k) {
    nodes.get(k).close();
    nodes.set(k, startNode(k));
  }

  private JvmProcess startNode(int k) {
    String seeds =
        IntStream.range(0, ports.size() / PORTS_PER_NODE)
            .mapToObj(i -> "127.0.0.1:" + port(i, 3))
            .collect(Collectors.joining(","));
    String yaml =
        """
        node.id: node-%d
        data.dir: %s
        api.port: %d
        traffic.port: %d
        bus.port: %d
        cluster.port: %d
        raft.port: %d
        storage.bootstrap: %s
        cluster.name: test-%d
        cluster.seeds: "%s"
        process:
          templates:
            echo:
              command: ["${java}", "-Xmx64m", "-XX:+UseSerialGC", "-cp", "%s",
                "io.hawser.examples.echo.EchoService", "--service", "${service}", "--id", "${id}",
                "--host", "${host}", "--port", "${port}", "--api", "${api}"]
        """
            .formatted(
                k,
                dir.resolve("node-" + k),
                port(k, 0),
                port(k, 1),
                port(k, 2),
                port(k, 3),
                port(k, 4),
                k == 0 ? "new" : "join",
                port(0, 3),
                seeds,
                echoClassPath());
    Path config = write(dir.resolve("node-" + k + ".yaml"), yaml + settings.apply(k));
    JvmProcess node =
        JvmProcess.start(
            dir,
            "node-" + k,
            "io.hawser.cli.HawserCli",
            List.of("start", "--config", config.toString()));
    Api api = api(k);
    try {
      Await.until(
          "node " + k + " is ready",
          () -> api.get("/health/ready").status() == 200 || !node.alive(),
          READY);
    } catch (AssertionError e) {
      node.close();
      throw new AssertionError(e.getMessage() + "\n" + node.tail(), e);
    }
    if (!node.alive()) {
      throw new AssertionError("node " + k + " ended: " + node.tail());
    }
    return node;
  }

  /** Starts a backend of the service {@code echo} that registers through one node. */
  JvmProcess startBackend(String id, int port, int throughNode) {
    JvmProcess backend =
        JvmProcess.start(
            dir,
            id,
            "io.hawser.examples.echo.EchoService",
            List.of(
                "--service",
                "echo",
                "--id",
                id,
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--api",
                apiUrl(throughNode)));
    backends.add(backend);
    return backend;
  }

  /** Until then the store is lost with its first node. */
  void awaitReplicas() {
    Await.until(
        "each group of the store has a replica on every node",
        () -> {
          Api.Answer answer = api(nodes.size() - 1).get("/api/v1/storage/placement");
          return answer.status() == 200
              && !answer.json().getJsonArray("groups").isEmpty()
              && answer.json().getJsonArray("groups").stream()
                  .allMatch(g -> ((JsonObject) g).getJsonArray("replicas").size() == nodes.size());
        },
        READY);
  }

  JvmProcess node(int k) {
    return nodes.get(k);
  }

  Api api(int k) {
    return new Api(apiUrl(k));
  }

  Api traffic(int k) {
    return new Api("http://127.0.0.1:" + port(k, 1));
  }

  private String apiUrl(int k) {
    return "http://127.0.0.1:" + port(k, 0);
  }

  private int port(int node, int which) {
    return ports.get(node * PORTS_PER_NODE + which);
  }

  /** What every process said last, for a failed test. */
  String tails() {
    return IntStream.range(0, nodes.size())
        .mapToObj(k -> nodes.get(k).tail())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    nodes.reversed().forEach(JvmProcess::close);
    backends.forEach(JvmProcess::close);
  }

  static List<Integer> freePorts(int count) {
    return FreePorts.take(count);
  }

  private static String echoClassPath() {
    return List.of(JvmProcess.classPath().split(":", -1)).stream()
        .filter(entry -> entry.contains("echo-service"))
        .findFirst()
        .orElseThrow();
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
