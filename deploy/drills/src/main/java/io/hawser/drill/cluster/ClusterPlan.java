package io.hawser.drill.cluster;

import io.hawser.cli.cluster.NodeConfig;
import io.hawser.drill.net.Namespaces;
import io.hawser.node.NodeSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a cluster is laid out.
 *
 * @param dir node k has its files in {@code node-<k>} of it
 * @param firstPort the first of {@link #PORTS_PER_NODE} for each node
 * @param network namespaces to put the nodes in; empty: all on loopback
 * @param settings further settings of every node
 * @param jvm options of its JVM, separated by blanks
 */
public record ClusterPlan(
    Path dir,
    int size,
    int firstPort,
    Optional<Namespaces> network,
    Map<String, Object> settings,
    String jvm) {
  private static final String HEAP = "-Xmx256m";
  public static final int PORTS_PER_NODE = 5;
  private static final int API = 0;
  private static final int TRAFFIC = 1;
  private static final int BUS = 2;
  private static final int CLUSTER = 3;
  private static final int RAFT = 4;

  public ClusterPlan {
    settings = Map.copyOf(settings);
  }

  public ClusterPlan(
      Path dir,
      int size,
      int firstPort,
      Optional<Namespaces> network,
      Map<String, Object> settings) {
    this(dir, size, firstPort, network, settings, HEAP);
  }

  /** The same with other options of the JVM. */
  public ClusterPlan withJvm(String options) {
    return new ClusterPlan(dir, size, firstPort, network, settings, options);
  }

  /** On loopback, with the first free ports. */
  public static ClusterPlan local(Path dir, int size, int firstPort, Map<String, Object> settings) {
    int port = Ports.block(firstPort, size * PORTS_PER_NODE);
    return new ClusterPlan(dir, size, port, Optional.empty(), settings);
  }

  String id(int k) {
    return "node-" + k;
  }

  Path dir(int k) {
    return dir.resolve(id(k));
  }

  /** Where node k keeps what it stores. */
  public Path storageDir(int k) {
    return dir(k).resolve("storage");
  }

  String host(int k) {
    return network.map(n -> n.address(k)).orElse("127.0.0.1");
  }

  private int port(int k, int which) {
    return firstPort + k * PORTS_PER_NODE + which;
  }

  public int apiPort(int k) {
    return port(k, API);
  }

  public int trafficPort(int k) {
    return port(k, TRAFFIC);
  }

  public String apiUrl(int k) {
    return "http://" + host(k) + ":" + apiPort(k);
  }

  /** The configuration of node k. */
  NodeConfig config(int k) {
    NodeConfig config = new NodeConfig();
    config.set(NodeSettings.NODE_ID.name(), id(k));
    config.set(NodeSettings.DATA_DIR.name(), dir(k).toString());
    config.set(NodeSettings.BIND_HOST.name(), host(k));
    config.set(NodeSettings.CLUSTER_NAME.name(), NodeConfig.clusterName(dir));
    config.set(NodeSettings.API_PORT.name(), apiPort(k));
    config.set(NodeSettings.TRAFFIC_PORT.name(), trafficPort(k));
    config.set(NodeSettings.BUS_PORT.name(), port(k, BUS));
    config.set(NodeSettings.CLUSTER_PORT.name(), port(k, CLUSTER));
    config.set(NodeSettings.RAFT_PORT.name(), port(k, RAFT));
    if (k == 0) {
      config.set(NodeConfig.BOOTSTRAP, NodeConfig.NEW);
    }
    config.set(NodeSettings.PARENT_PID.name(), ProcessHandle.current().pid());
    List<Integer> all = IntStream.range(0, size).boxed().toList();
    config.set(
        NodeSettings.CLUSTER_SEEDS.name(),
        all.stream().map(i -> host(i) + ":" + port(i, CLUSTER)).collect(Collectors.joining(",")));
    if (network.isPresent()) {
      config.set(NodeSettings.INSECURE.name(), true);
    }
    settings.forEach(config::set);
    return config;
  }
}
