package io.hawser.drill.scenario;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Reply;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.LoadPlan;
import io.hawser.drill.load.OpenLoad;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three nodes on loopback and three origins that register with whichever of them answers. */
final class ThreeNodes implements AutoCloseable {
  static final int SIZE = 3;
  static final String SERVICE = "echo";
  private static final Duration UP = Duration.ofSeconds(60);

  private final DrillRun run;
  private final DrillCluster cluster;

  private ThreeNodes(DrillRun run, DrillCluster cluster) {
    this.run = run;
    this.cluster = cluster;
  }

  /** Starts them, and waits until each node routes to each origin. */
  static ThreeNodes start(DrillRun run) {
    ClusterPlan plan =
        ClusterPlan.local(run.dir().resolve("nodes"), SIZE, run.options().firstPort(), Map.of());
    ThreeNodes nodes = new ThreeNodes(run, new DrillCluster(plan, run.ledger()));
    try {
      nodes.cluster.startAll();
      nodes.startOrigins();
      run.journal().note("three nodes and three origins are up");
      return nodes;
    } catch (RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  DrillCluster cluster() {
    return cluster;
  }

  List<Integer> others(int k) {
    return IntStream.range(0, SIZE).filter(i -> i != k).boxed().toList();
  }

  List<Integer> all() {
    return IntStream.range(0, SIZE).boxed().toList();
  }

  private void startOrigins() {
    int first = Ports.block(run.options().firstPort() + 40, SIZE);
    for (int i = 0; i < SIZE; i++) {
      int from = i;
      String api =
          IntStream.range(0, SIZE)
              .mapToObj(k -> cluster.plan().apiUrl((from + k) % SIZE))
              .collect(Collectors.joining(","));
      var unused =
          cluster.startOrigin(
              new Origin(SERVICE, SERVICE + "-" + (i + 1), "127.0.0.1", first + i, api));
    }
    requireRouted(all());
  }

  /** Waits until these nodes see all origins as passing and answer a request. */
  void requireRouted(List<Integer> nodes) {
    for (int k : nodes) {
      if (!Wait.until(UP, () -> passing(k) == SIZE && answers(k))) {
        throw new CliFailure(
            ExitCode.UNREACHABLE,
            "node " + k + " does not route to all origins",
            passing(k) + " of them pass",
            "");
      }
    }
  }

  int passing(int k) {
    return cluster.api(k).instances(SERVICE, "passing").size();
  }

  private boolean answers(int k) {
    AnswerLog one = new AnswerLog();
    LoadPlan gets = LoadPlan.gets(targets(List.of(k)), "/echo/ready", 100, false);
    LoadPlan once =
        new LoadPlan(gets.targets(), gets.request(), 100, Duration.ofSeconds(1), 1, false);
    try (OpenLoad load = OpenLoad.start(once, one::add)) {
      load.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return one.count() == 1 && one.failed() == 0;
  }

  List<InetSocketAddress> targets(List<Integer> nodes) {
    return nodes.stream().map(cluster::traffic).toList();
  }

  /** GETs through these nodes in turn, until it is closed. */
  OpenLoad load(List<Integer> nodes, boolean others, AnswerLog... logs) {
    LoadPlan gets = LoadPlan.gets(targets(nodes), "/echo/hello", run.options().perSecond(), others);
    return OpenLoad.start(
        gets,
        answer -> {
          for (AnswerLog log : logs) {
            log.add(answer);
          }
        });
  }

  /** What a node's metrics say of its bus, by name; empty when they say nothing. */
  Map<String, Double> busMetrics(int k) {
    Reply metrics = cluster.api(k).get("/metrics");
    return metrics
        .body()
        .lines()
        .filter(line -> line.startsWith("hawser_bus_"))
        .collect(
            Collectors.toMap(
                line -> line.replaceAll("[{ ].*", ""),
                line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                Double::sum));
  }

  @Override
  public void close() {
    cluster.close();
  }
}
