package io.hawser.failover;

import io.hawser.bus.Bus;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.bus.client.hard.HardState.Committed;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageOp.Expect;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.NodeInfo;
import io.hawser.node.Readiness;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.hawser.testing.storage.FakeStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Nodes on one Vert.x, without a cluster manager: who is live is what the test says. What the
 * manager writes is in {@link FakeStore}, other records in {@link FakeStorage}.
 */
public final class TestCluster implements AutoCloseable {
  private static final long DEADLINE_NS = 15_000_000_000L;
  private static final NodeId[] STORING = {new NodeId("node-0"), new NodeId("node-1")};

  public final Vertx vertx = Vertx.vertx();
  final FakeStore store = new FakeStore();
  public final Meters meters = new Meters(new SimpleMeterRegistry());
  private final Bus bus = new Bus(vertx, new WireFormat(List.of()), meters);
  public final FakeStorage storage = FakeStorage.start(vertx, bus, 1, STORING);
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
        new NodeInfo(
            new NodeId(id),
            "z",
            List.of("failover", StorageClient.ROLE),
            "http://127.0.0.1:18100",
            "test");
    live.add(info);
    Members members = new View(info, live, listeners);
    HybridClock clock = new HybridClock();
    CatalogReplica catalog = new CatalogReplica(vertx, bus, members, clock, Time.SYSTEM, meters);
    HardStateReplica hardState =
        new HardStateReplica(
            vertx,
            new StorageClient(vertx, bus, members, Time.SYSTEM),
            catalog,
            members,
            Time.SYSTEM,
            HardStateReplica.KINDS);
    await(catalog.start());
    await(hardState.start());
    return new ServiceContext(
        vertx,
        bus,
        members,
        catalog,
        hardState,
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
    Optional<NodeId> next =
        List.of(STORING).stream().filter(n -> !n.value().equals(id)).findFirst();
    storage.leader(StorageMessage.META, next);
    listeners.forEach(Runnable::run);
  }

  /** Writes a register to where it is kept. */
  public static void put(ServiceContext node, FacetKey key, Facet value) {
    write(
        node,
        key,
        () -> node.hardState().store().put(key, value, Expect.ANY, List.of()),
        () -> node.catalog().put(key, value));
  }

  /** Deletes a register where it is kept. */
  public static void delete(ServiceContext node, FacetKey key) {
    write(
        node,
        key,
        () -> node.hardState().store().delete(key, Expect.ANY, List.of()),
        () -> node.catalog().delete(key));
  }

  private static void write(
      ServiceContext node,
      FacetKey key,
      Supplier<Future<Outcome<Committed>>> toStore,
      Supplier<Future<List<Entry>>> toCatalog) {
    if (!node.hardState().keeps(key.kind())) {
      Object unused = await(toCatalog.get());
    } else if (!(await(toStore.get()) instanceof Outcome.Ok)) {
      throw new AssertionError("not written: " + key);
    }
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
