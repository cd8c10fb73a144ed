package io.hawser.launcher;

import io.hawser.bus.Bus;
import io.hawser.bus.BusReconciler;
import io.hawser.bus.WireFormat;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.NodeId;
import io.hawser.node.Meters;
import io.hawser.node.NodeInfo;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.hawser.testing.Await;
import io.hawser.testing.FreePorts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A node that is nothing but its bus, in this JVM, in a real Hazelcast cluster. */
final class BusNode implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofMillis(300);

  final HazelcastClusterManager manager;
  final Vertx vertx;
  final HazelcastMembers members;
  final Meters meters = new Meters(new SimpleMeterRegistry());
  final Bus bus;
  final int busPort;

  private BusNode(
      String id, Map<String, String> more, List<Class<? extends ExtensionMessage>> messages) {
    Map<String, String> all = new HashMap<>(more);
    all.putIfAbsent("cluster.port", Integer.toString(freePort()));
    busPort = freePort();
    all.put("bus.port", Integer.toString(busPort));
    Settings settings = Settings.of(all);
    NodeInfo self =
        new NodeInfo(new NodeId(id), "default", List.of(), "http://127.0.0.1:0", "test");
    manager = new HazelcastClusterManager(ClusterConfig.hazelcast(settings, self));
    vertx = clustered(settings, manager);
    members = new HazelcastMembers(self, manager.getHazelcastInstance().getCluster()).start();
    bus = new Bus(vertx, new WireFormat(messages), meters);
    new StaleSubscriptions(vertx, manager, bus, meters).start(INTERVAL);
    Await.result(new BusReconciler(vertx, bus, members, meters, Time.SYSTEM, INTERVAL).start());
  }

  /** Nodes "a", "b" and so on that see one another. */
  static List<BusNode> cluster(
      List<Map<String, String>> settings, List<List<Class<? extends ExtensionMessage>>> messages) {
    String seed = Integer.toString(freePort());
    List<BusNode> nodes = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      Map<String, String> all = new HashMap<>(settings.get(i));
      all.put("cluster.name", "test-" + seed);
      if (i == 0) {
        all.put("cluster.port", seed);
      } else {
        all.put("cluster.seeds", "127.0.0.1:" + seed);
      }
      nodes.add(new BusNode(Character.toString('a' + i), all, messages.get(i)));
    }
    for (BusNode node : nodes) {
      Await.until("all are members", () -> node.members.live().size() == nodes.size());
    }
    return nodes;
  }

  private static Vertx clustered(Settings settings, HazelcastClusterManager manager) {
    VertxOptions options = new VertxOptions().setEventBusOptions(ClusterConfig.eventBus(settings));
    try {
      return Vertx.builder()
          .with(options)
          .withClusterManager(manager)
          .buildClustered()
          .toCompletionStage()
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no clustered Vert.x", e);
    }
  }

  NodeId id() {
    return members.self().id();
  }

  double counted(String name) {
    return meters.registry().find(name).counters().stream().mapToDouble(Counter::count).sum();
  }

  double gauge(String name) {
    return meters.registry().get(name).gauge().value();
  }

  private static int freePort() {
    return FreePorts.take(1).getFirst();
  }

  @Override
  public void close() {
    RunningNode.await("close", vertx.close(), 30);
  }
}
