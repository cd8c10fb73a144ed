package io.hawser.drill.cluster;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.net.Namespaces;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Spawned;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Nodes that are JVMs of their own, and origins. Closing it ends all of them, nodes in order. Owned
 * by one thread.
 */
public final class DrillCluster implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final int TAIL = 20;

  private final ClusterPlan plan;
  private final Ledger ledger;
  private final Map<Integer, Spawned> nodes = new TreeMap<>();
  private final List<Spawned> origins = new ArrayList<>();
  private final Map<Integer, NodeApi> apis = new TreeMap<>();

  public DrillCluster(ClusterPlan plan, Ledger ledger) {
    this.plan = plan;
    this.ledger = ledger;
  }

  public ClusterPlan plan() {
    return plan;
  }

  /** Starts every node, one after the other, each when the one before it is ready. */
  public void startAll() {
    for (int k = 0; k < plan.size(); k++) {
      var unused = start(k);
    }
  }

  /**
   * Starts node k and waits until it is ready.
   *
   * @return how long that took, in milliseconds
   * @throws CliFailure when it ends, or is not ready in time
   */
  public long start(int k) {
    plan.config(k).write(plan.dir(k).resolve("hawser.yaml"), "Written by 'hawser drill'.");
    long startNs = System.nanoTime();
    Spawned node = Spawned.start(ledger, NodeCommand.of(plan, k));
    nodes.put(k, node);
    boolean ready = Wait.until(READY, () -> api(k).ready() || !node.alive());
    if (!ready || !node.alive()) {
      throw new CliFailure(
          ExitCode.CLUSTER_START, plan.id(k) + " did not get ready", node.tail(TAIL), "");
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
  }

  /** Asks node k to stop, and waits; returns its exit code, -1 when it did not end in time. */
  public int stop(int k) {
    return node(k).terminate(STOP);
  }

  /**
   * @throws IllegalArgumentException when it was never started
   */
  public Spawned node(int k) {
    Spawned node = nodes.get(k);
    if (node == null) {
      throw new IllegalArgumentException("node " + k + " was never started");
    }
    return node;
  }

  public NodeApi api(int k) {
    return apis.computeIfAbsent(k, i -> new NodeApi(plan.apiUrl(i)));
  }

  /** Where node k takes traffic. */
  public InetSocketAddress traffic(int k) {
    return new InetSocketAddress(plan.host(k), plan.trafficPort(k));
  }

  /** Where node k answers its API. */
  public InetSocketAddress apiAddress(int k) {
    return new InetSocketAddress(plan.host(k), plan.apiPort(k));
  }

  /** Starts an origin of the sample backend. */
  public Spawned startOrigin(Origin origin) {
    Spawned started = Spawned.start(ledger, origin.command(plan.dir().resolve(origin.id())));
    origins.add(started);
    return started;
  }

  /** Starts one in a namespace of its own: that after those of the nodes. */
  public Spawned startOriginApart(Origin origin, Namespaces network) {
    Spawned.Command plain = origin.command(plan.dir().resolve(origin.id()));
    List<String> line = Namespaces.within(network.name(plan.size()), plain.line());
    Spawned started =
        Spawned.start(
            ledger,
            new Spawned.Command(
                plain.name(), plain.dir(), plain.log(), line, plain.environment(), false));
    origins.add(started);
    return started;
  }

  /** The last lines of what every node said. */
  public String tails() {
    StringBuilder text = new StringBuilder();
    nodes.values().forEach(n -> text.append(n.name()).append(":\n").append(n.tail(TAIL)));
    return text.toString();
  }

  @Override
  public void close() {
    // All are asked before any is waited for; a stopped one is resumed by its entry in the ledger.
    nodes.values().stream().toList().reversed().forEach(Spawned::ask);
    nodes.values().stream()
        .toList()
        .reversed()
        .forEach(
            n -> {
              int unused = n.alive() ? n.terminate(STOP) : 0;
              n.end();
            });
    origins.forEach(Spawned::end);
  }
}
