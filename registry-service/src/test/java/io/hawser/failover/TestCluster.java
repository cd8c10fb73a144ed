package io.hawser.failover;

import io.hawser.bus.Bus;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.NodeInfo;
import io.hawser.node.Readiness;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Nodes on one Vert.x, without a cluster manager: who is live is what the test says. */
public final class TestCluster implements AutoCloseable {
  private static final long DEADLINE_NS = 15_000_000_000L;

  public final Vertx vertx = Vertx.vertx();
  final FakeStore store = new FakeStore();
  public final Meters meters = new Meters(new SimpleMeterRegistry());
  private final Bus bus = new Bus(vertx, new WireFormat(List.of()), meters);
  private final List<NodeInfo> live = new CopyOnWriteArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  private record View(NodeInfo self, List<NodeInfo> live, List<Runnable> listeners)
      implements Members {
    @Override
    public void onChange(Runnable listener) {
      listeners.add(listener);
    }
  }

  /** A node that is live and has its replica of the catalog, and nothing else yet. */
  public ServiceContext node(String id, Path dataDir, Map<String, String> settings) {
    NodeInfo info =
        new NodeInfo(new NodeId(id), "z", List.of("failover"), "http://127.0.0.1:18100", "test");
    live.add(info);
    Members members = new View(info, live, listeners);
    HybridClock clock = new HybridClock();
    CatalogReplica catalog = new CatalogReplica(vertx, bus, members, clock, Time.SYSTEM, meters);
    await(catalog.start());
    return new ServiceContext(
        vertx,
        bus,
        members,
        catalog,
        new HardStateReplica(
            vertx,
            new StorageClient(vertx, bus, members, Time.SYSTEM),
            catalog,
            members,
            Time.SYSTEM,
            Set.of()),
        new Events(bus, info.id(), clock, Time.SYSTEM),
        Settings.of(settings),
        meters,
        new Readiness(),
        Time.SYSTEM,
        dataDir);
  }

  /** A node of which there is nothing but its name and role. */
  void join(String id, String role) {
    live.add(new NodeInfo(new NodeId(id), "z", List.of(role), "", "test"));
    listeners.forEach(Runnable::run);
  }

  /** Deploys what the module deploys. Returns the deployments' ids. */
  List<String> deploy(ServiceContext node) {
    return FailoverModule.deployments(
            node, store.seat(node.catalog()), term -> Future.succeededFuture())
        .stream()
        .map(d -> await(vertx.deployVerticle(d.verticle().get(), d.options())))
        .toList();
  }

  /** The node is live no more, as far as the others see. */
  public void lose(String id) {
    live.removeIf(n -> n.id().value().equals(id));
    listeners.forEach(Runnable::run);
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the future did not succeed", e);
    }
  }

  /** Waits until it holds. Asserts nothing: the caller does. */
  public static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean() && System.nanoTime() - start < DEADLINE_NS) {
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void close() {
    Object unused = await(vertx.close());
  }
}
