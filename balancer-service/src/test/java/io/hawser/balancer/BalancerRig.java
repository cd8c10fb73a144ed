package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Pool;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.plane.BalancerNode;
import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.InstanceKey;
import io.hawser.model.MonitorMessage.TrafficSlot;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Complaint;
import io.hawser.model.StorageOp.Expect;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.NodeInfo;
import io.hawser.node.Readiness;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.hawser.testing.storage.FakeStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A node with nothing but the balancer, and its origins, on one Vert.x without a cluster. A little
 * longer than other files: it is the one rig of all tests of the pipeline.
 */
public final class BalancerRig {
  private static final NodeId SELF = new NodeId("node-0");

  /** One live node: this one. */
  private record Alone(NodeInfo self) implements Members {
    @Override
    public List<NodeInfo> live() {
      return List.of(self);
    }

    @Override
    public void onChange(Runnable listener) {}
  }

  final Vertx vertx = Vertx.vertx();
  final Queue<Event> events = new ConcurrentLinkedQueue<>();
  final Queue<Complaint> complaints = new ConcurrentLinkedQueue<>();
  final Queue<TrafficSlot> traffic = new ConcurrentLinkedQueue<>();
  final ServiceContext context;

  /** How far the balancer's clock is ahead of the one by which roles are confirmed. */
  volatile LongSupplier aheadNs = () -> 0;

  final FakeStorage storage;
  public final BalancerNode node;
  final int port;
  private final List<String> deployments = new ArrayList<>();
  private long verdicts;

  public BalancerRig(int loops, Map<String, String> settings) throws Exception {
    this(loops, settings, (node, request) -> Optional.empty());
  }

  /**
   * @param fault of the store, from the start on
   */
  BalancerRig(int loops, Map<String, String> settings, FakeStorage.Fault fault) throws Exception {
    Meters meters = new Meters(new SimpleMeterRegistry());
    Bus bus = new Bus(vertx, new WireFormat(List.of()), meters);
    Members members =
        new Alone(
            new NodeInfo(
                SELF, "z", List.of("balancer", "monitor", "storage"), "http://127.0.0.1", "test"));
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
    storage = FakeStorage.start(vertx, bus, 1, SELF);
    storage.fault(fault);
    await(catalog.start());
    await(hardState.start());
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("traffic.port", "0");
    all.putIfAbsent("balancer.loops", Integer.toString(loops));
    context =
        new ServiceContext(
            vertx,
            bus,
            members,
            catalog,
            hardState,
            new Events(bus, SELF, clock, Time.SYSTEM),
            Settings.of(all),
            meters,
            new Readiness(),
            new Time(() -> System.nanoTime() + aheadNs.getAsLong(), System::currentTimeMillis),
            Path.of("target"));
    await(bus.subscribe(Addresses.EVENTS, events::add));
    await(bus.subscribe(Addresses.COMPLAINTS, complaints::add));
    await(
        bus.serve(
            Addresses.TRAFFIC,
            SELF,
            message -> {
              traffic.addAll(message.slots());
              return Future.succeededFuture(new Ack());
            }));
    node = new BalancerNode(context);
    for (ServiceModule.Deployment deployment : BalancerModule.deployments(node)) {
      deployments.add(await(vertx.deployVerticle(deployment.verticle(), deployment.options())));
    }
    port = node.port();
    until(
        "the balancer is ready",
        () -> Readiness.READY.equals(context.readiness().roles().get("balancer")));
  }

  @CanIgnoreReturnValue
  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Waits until it is so, and fails if it does not become so in time. */
  static void until(String what, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  /** Waits until so many requests are at work at the instances of a route. */
  void awaitAtWork(String path, int count) {
    until(
        count + " are at work at " + path,
        () ->
            node.table().match("h", path).orElseThrow().pool().open().stream()
                    .mapToInt(Endpoint::active)
                    .sum()
                == count);
  }

  HttpServer origin(Handler<HttpServerRequest> handler) throws Exception {
    return await(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1"));
  }

  /** An origin that says its own name. */
  public HttpServer named(String name) throws Exception {
    return origin(request -> request.response().end(name).onFailure(e -> {}));
  }

  public void register(String service, String id, int originPort) throws Exception {
    register(service, id, originPort, 1, Role.ACTIVE);
  }

  void register(String service, String id, int originPort, int weight, Role role) throws Exception {
    announce(service, id, originPort, weight, role);
    settle(service, id);
  }

  /** Registers an instance that is up, and waits for nothing. */
  void announce(String service, String id, int originPort, int weight, Role role) throws Exception {
    InstanceKey key = new InstanceKey(service, id);
    await(
        context
            .catalog()
            .put(
                FacetKey.of(Kind.REGISTRATION, key),
                new Registration(
                    "127.0.0.1",
                    originPort,
                    "one",
                    weight,
                    "z",
                    List.of(),
                    Map.of(),
                    role,
                    0,
                    List.of(),
                    0)));
    judge(service, id, Health.UP);
  }

  void verdict(String service, String id, Health health) throws Exception {
    judge(service, id, health);
    settle(service, id);
  }

  private void judge(String service, String id, Health health) throws Exception {
    InstanceKey key = new InstanceKey(service, id);
    await(
        context
            .catalog()
            .put(
                FacetKey.of(Kind.VERDICT, key),
                new Verdict("one", health, verdicts++, "test", SELF, List.of())));
  }

  /** Waits until the table says of the instance what the catalog says. */
  void settle(String service, String id) {
    InstanceView view = context.catalog().instance(new InstanceKey(service, id)).orElseThrow();
    until(
        "the table takes the change of " + id + " in",
        () -> {
          Pool pool = node.table().pools().get(service);
          Optional<Endpoint> endpoint =
              pool == null
                  ? Optional.empty()
                  : pool.routable().stream().filter(e -> e.key().id().equals(id)).findFirst();
          return pool != null
              && endpoint.isPresent() == view.routable(System.currentTimeMillis())
              && endpoint.map(Endpoint::weight).orElse(view.registration().weight())
                  == view.registration().weight();
        });
  }

  void route(String name, String service, String prefix, Strategy strategy, Affinity affinity)
      throws Exception {
    put(FacetKey.named(Kind.ROUTE, name), new Route(service, "", prefix, true, strategy, affinity));
    until(
        "the table takes the route in",
        () -> node.table().match("h", prefix).map(Target::strategy).equals(Optional.of(strategy)));
  }

  /** Ends a server, whose port the system may free a little later. */
  void close(HttpServer server) throws Exception {
    int port = server.actualPort();
    await(server.close());
    until("nobody listens there", () -> Raw.refused(port));
  }

  /**
   * A route whose instances have so long to answer: no other request of a test is in a hurry.
   *
   * @param tryMs after which another one is asked; 0: as the settings have it
   */
  void brief(String prefix, String service, long tryMs, long responseMs) throws Exception {
    Route route =
        new Route(
            service,
            "",
            prefix,
            true,
            Strategy.TWO_CHOICES,
            Affinity.NONE,
            "",
            Map.of(),
            0,
            tryMs,
            responseMs,
            0,
            0,
            0);
    put(FacetKey.named(Kind.ROUTE, "brief"), route);
    until(
        "the table takes the route in",
        () -> node.table().match("h", prefix).map(Target::route).equals(Optional.of(route)));
  }

  void put(FacetKey key, Facet value) throws Exception {
    HardStateReplica hardState = context.hardState();
    if (hardState.keeps(key.kind())) {
      assertThat(await(hardState.store().put(key, value, Expect.ANY, List.of())))
          .isInstanceOf(Outcome.Ok.class);
    } else {
      await(context.catalog().put(key, value));
    }
  }

  double counter(String name, String... tags) {
    return Optional.ofNullable(context.meters().registry().find(name).tags(tags).counter())
        .map(c -> c.count())
        .orElse(0.0);
  }

  /** Begins to stop the proxies, the last of the deployments. */
  Future<Void> undeployProxies() {
    return vertx.undeploy(deployments.getLast());
  }

  public void close() throws Exception {
    await(vertx.close());
  }
}
