package io.hawser.bench.gateway.soak;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two nodes that are stopped and started in turn under clients that go where they are let in: a
 * client that is turned away goes to the other node, a request that was taken has to be answered.
 */
public final class DrainRun {
  private static final int CLIENTS = 64;
  private static final int NODES = 2;
  private static final Duration UP = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofMillis(1_500);

  private final Path dir;
  private final int firstPort;
  private final Ledger ledger;
  private final Journal journal;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong moved = new AtomicLong();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  public DrainRun(Path dir, int firstPort, Ledger ledger, Journal journal) {
    this.dir = dir;
    this.firstPort = firstPort;
    this.ledger = ledger;
    this.journal = journal;
  }

  public void run(int rounds) {
    Map<String, Object> settings =
        Map.of(
            "balancer.loops",
            1,
            "node.roles",
            "registry,balancer,gateway",
            "cluster.stores",
            false);
    try (StreamOrigin origin = new StreamOrigin();
        DrillCluster cluster =
            new DrillCluster(
                ClusterPlan.local(dir.resolve("drain"), NODES, firstPort, settings), ledger)) {
      cluster.startAll();
      JsonObject body = new JsonObject().put("host", "127.0.0.1").put("port", origin.port());
      var reply = cluster.api(0).put(Api.path("services", "soak", "instances", "o"), body);
      if (!reply.ok() || !routed(cluster)) {
        throw new CliFailure(ExitCode.FAILURE, "the origin is not routed", reply.body(), "");
      }
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int first = i % NODES;
        clients.add(Thread.ofVirtual().start(() -> client(cluster, first)));
      }
      for (int round = 0; round < rounds; round++) {
        Wait.pass(BETWEEN);
        int unused = cluster.stop(round % NODES);
        Wait.pass(BETWEEN);
        long unusedMs = cluster.start(round % NODES);
        boolean back = routed(cluster);
        journal.note("node " + round % NODES + " stopped and started, routed: " + back);
      }
      stopped = true;
      for (Thread client : clients) {
        client.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    journal.figure(
        "gateway drain",
        new JsonObject()
            .put("rounds", rounds)
            .put("requests", requests.get())
            .put("failed", failures.size()));
    String first = failures.isEmpty() ? "none" : failures.size() + ", first: " + failures.peek();
    journal.note("gateway drain: %d requests, %d moves".formatted(requests.get(), moved.get()));
    journal.expect("no request fails while the gateway's nodes stop", failures.isEmpty(), first);
  }

  private static boolean routed(DrillCluster cluster) {
    return Wait.until(
        UP,
        () -> {
          boolean all = true;
          for (int k = 0; k < NODES; k++) {
            all &= !cluster.api(k).instances("soak", "passing").isEmpty();
          }
          return all;
        });
  }

  private void client(DrillCluster cluster, int first) {
    int node = first;
    while (!stopped) {
      boolean connected = false;
      try (Client client = new Client(cluster.traffic(node).getPort())) {
        connected = true;
        while (!stopped && !client.last()) {
          // What has ended while nobody asked is no failure.
          if (client.ended()) {
            break;
          }
          long unused = client.get("/soak/small");
          requests.incrementAndGet();
        }
      } catch (IOException e) {
        boolean turnedAway = !connected || e instanceof ConnectException;
        if (!turnedAway) {
          failures.add(e.toString());
        }
      }
      moved.incrementAndGet();
      node = (node + 1) % NODES;
    }
  }
}
