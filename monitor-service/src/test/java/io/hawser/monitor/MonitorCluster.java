package io.hawser.monitor;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.Bus;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.bus.client.MonitorClient;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.Outcome;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.NodeInfo;
import io.hawser.node.Readiness;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule.Deployment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Monitor nodes that share one Vert.x, one bus and one catalog, and whose clock the test turns. */
final class MonitorCluster implements AutoCloseable {
  static final long TIMEOUT_S = 10;

  record Node(NodeId id, ServiceContext context, List<String> deployments) {}

  private final Vertx vertx = Vertx.vertx();
  private final Meters meters = new Meters(new SimpleMeterRegistry());
  private final Bus bus = new Bus(vertx, new WireFormat(List.of()), meters);
  private final AtomicLong wallMs = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong nowNs = new AtomicLong(-1);
  private final Time time = new Time(nowNs::get, wallMs::get);
  private final HybridClock clock = new HybridClock();
  private final List<NodeInfo> live = new CopyOnWriteArrayList<>();
  private final Members outside = members("observer");
  private final CatalogReplica catalog =
      new CatalogReplica(vertx, bus, outside, clock, time, meters);
  private final MonitorClient client = new MonitorClient(bus, outside);

  /** Every alert event and every change of an ALERT facet, as they come. */
  final BlockingQueue<Event.Body> events = new LinkedBlockingQueue<>();

  final BlockingQueue<Facet.Alert> alerts = new LinkedBlockingQueue<>();

  private final long notifyTimeoutMs;

  MonitorCluster(long notifyTimeoutMs) {
    this.notifyTimeoutMs = notifyTimeoutMs;
    done(catalog.start());
    catalog.onChange(
        entries ->
            entries.stream()
                .filter(e -> e.key().kind() == Kind.ALERT)
                .flatMap(e -> e.value().stream())
                .forEach(value -> alerts.add((Facet.Alert) value)));
    done(
        new Events(bus, outside.self().id(), clock, time)
            .subscribe(event -> events.add(event.body())));
  }

  Vertx vertx() {
    return vertx;
  }

  MonitorClient client() {
    return client;
  }

  Meters meters() {
    return meters;
  }

  void advance(long ms) {
    wallMs.addAndGet(ms);
    nowNs.addAndGet(ms * 1_000_000);
  }

  long wallMs() {
    return wallMs.get();
  }

  @CanIgnoreReturnValue
  Node start(String name) {
    Members members = members(name);
    live.add(members.self());
    Settings settings =
        Settings.of(
            Map.of(
                "monitor.tick-ms", "5",
                "monitor.notify.backoff-ms", "1",
                "monitor.notify.timeout-ms", Long.toString(notifyTimeoutMs)));
    NodeId id = members.self().id();
    ServiceContext context =
        new ServiceContext(
            vertx,
            bus,
            members,
            catalog,
            new HardStateReplica(
                vertx,
                new StorageClient(vertx, bus, members, time),
                catalog,
                members,
                time,
                Set.of()),
            new Events(bus, id, clock, time),
            settings,
            meters,
            new Readiness(),
            time,
            Path.of("unused"));
    List<String> deployed = new ArrayList<>();
    for (Deployment deployment : new MonitorModule().deployments(context)) {
      deployed.add(done(vertx.deployVerticle(deployment.verticle().get(), deployment.options())));
    }
    return new Node(id, context, deployed);
  }

  void stop(Node node) {
    live.removeIf(info -> info.id().equals(node.id()));
    node.deployments().forEach(id -> done(vertx.undeploy(id)));
  }

  void put(Kind kind, String name, Facet facet) {
    done(catalog.put(FacetKey.named(kind, name), facet));
  }

  void delete(Kind kind, String name) {
    done(catalog.delete(FacetKey.named(kind, name)));
  }

  Outcome<Ack> sample(double value) {
    return done(client.record(List.of(new Sample("queue", Map.of(), value, wallMs.get()))));
  }

  /** The result, which has to come in time. */
  @CanIgnoreReturnValue
  static <T> T done(Future<T> future) {
    try {
      return future.await(TIMEOUT_S, SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not done in time", e);
    }
  }

  /** The next one, which has to come in time. */
  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(TIMEOUT_S, SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came in time");
    }
    return next;
  }

  private Members members(String name) {
    NodeInfo self =
        new NodeInfo(new NodeId(name), "z", List.of("monitor"), "http://127.0.0.1:8500", "test");
    return new Members() {
      @Override
      public NodeInfo self() {
        return self;
      }

      @Override
      public List<NodeInfo> live() {
        return live;
      }

      @Override
      public void onChange(Runnable listener) {}
    };
  }

  @Override
  public void close() {
    done(vertx.close());
  }
}
