package io.hawser.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.Bus;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.node.Meters;
import io.hawser.node.NodeInfo;
import io.hawser.node.Readiness;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node without a cluster manager, an HTTP server and a main: what a service gets, on a plain
 * Vert.x. Several of them may share one Vert.x and its one {@link Bus}; as calls go to a node's own
 * address, they are a small cluster within the JVM.
 *
 * <p>A message between two of them is handed over as the same instance: that the wire can carry it
 * is for the wire's own tests.
 */
public final class TestNode {
  /** The roles of the suite, which a node has unless it is told otherwise. */
  public static final List<String> ALL_ROLES =
      List.of("registry", "failover", "balancer", "gateway", "storage", "monitor");

  private final ServiceContext context;
  private final FakeMembers members;

  private TestNode(ServiceContext context, FakeMembers members) {
    this.context = context;
    this.members = members;
  }

  /** A node of a Vert.x, to be told more of itself. */
  public static Builder on(Vertx vertx) {
    return new Builder(vertx);
  }

  /** One node with every role, in system time, whose catalog is started. */
  public static TestNode start(Vertx vertx) {
    return on(vertx).start();
  }

  /**
   * Nodes "node-0" and so on, with every role, that see one another and whose catalogs are started,
   * one after the other.
   */
  public static List<TestNode> cluster(Vertx vertx, int count, Time time) {
    List<TestNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Builder builder = on(vertx).id("node-" + i).time(time);
      if (i > 0) {
        builder.bus(nodes.getFirst().context.bus());
      }
      nodes.add(builder.build());
    }
    meet(nodes);
    nodes.forEach(TestNode::startCatalog);
    return List.copyOf(nodes);
  }

  /** Has these nodes, and no others, see one another. */
  public static void meet(List<TestNode> nodes) {
    List<NodeInfo> infos = nodes.stream().map(n -> n.members.self()).toList();
    nodes.forEach(n -> n.members.setLive(infos));
  }

  /** Starts the replica of the catalog and waits for it. */
  @CanIgnoreReturnValue
  public TestNode startCatalog() {
    Await.result(context.catalog().start());
    return this;
  }

  /** Starts to follow the store, from what is on disk, and waits as a node does. */
  @CanIgnoreReturnValue
  public TestNode startHardState() {
    try {
      context.hardState().keepIn(Files.createDirectories(context.dataDir()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.result(context.hardState().start());
    return this;
  }

  /** What the services of this node get. */
  public ServiceContext context() {
    return context;
  }

  public FakeMembers members() {
    return members;
  }

  public NodeId id() {
    return members.self().id();
  }

  public CatalogReplica catalog() {
    return context.catalog();
  }

  public Bus bus() {
    return context.bus();
  }

  /**
   * The sum of a counter over its labels; 0 when it never counted. Those of a shared bus are at the
   * node that made it.
   */
  public double counted(String name) {
    return context.meters().registry().find(name).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** The value of a gauge; not a number when there is none. */
  public double gauged(String name) {
    Gauge gauge = context.meters().registry().find(name).gauge();
    return gauge == null ? Double.NaN : gauge.value();
  }

  /** What a node may be told of itself. */
  public static final class Builder {
    private final Vertx vertx;
    private String id = "node-0";
    private String zone = "default";
    private List<String> roles = ALL_ROLES;
    private Time time = Time.SYSTEM;
    private Map<String, String> settings = Map.of();
    private List<Class<? extends ExtensionMessage>> messages = List.of();
    private Optional<Bus> bus = Optional.empty();
    private Set<Kind> kept = Set.of();
    private Optional<Path> dataDir = Optional.empty();

    private Builder(Vertx vertx) {
      this.vertx = vertx;
    }

    @CanIgnoreReturnValue
    public Builder id(String value) {
      id = value;
      return this;
    }

    @CanIgnoreReturnValue
    public Builder zone(String value) {
      zone = value;
      return this;
    }

    @CanIgnoreReturnValue
    public Builder roles(String... values) {
      roles = List.of(values);
      return this;
    }

    @CanIgnoreReturnValue
    public Builder time(Time value) {
      time = value;
      return this;
    }

    @CanIgnoreReturnValue
    public Builder settings(Map<String, String> values) {
      settings = values;
      return this;
    }

    /** The messages of plugins. Of no effect together with {@link #bus}. */
    @CanIgnoreReturnValue
    public Builder messages(List<Class<? extends ExtensionMessage>> values) {
      messages = values;
      return this;
    }

    /** The bus of another node on the same Vert.x: a Vert.x has only one. */
    @CanIgnoreReturnValue
    public Builder bus(Bus value) {
      bus = Optional.of(value);
      return this;
    }

    /** What is left to the store: nothing, unless it is said here. */
    @CanIgnoreReturnValue
    public Builder kept(Set<Kind> kinds) {
      kept = kinds;
      return this;
    }

    /**
     * Where the node keeps its files, JUnit's temporary directory for one; else a directory of its
     * own that is left behind.
     */
    @CanIgnoreReturnValue
    public Builder dataDir(Path value) {
      dataDir = Optional.of(value);
      return this;
    }

    /** The node, with a catalog that is not started yet. */
    public TestNode build() {
      Meters meters = new Meters(new SimpleMeterRegistry());
      FakeMembers members =
          new FakeMembers(new NodeInfo(new NodeId(id), zone, roles, "http://127.0.0.1:0", "test"));
      HybridClock clock = new HybridClock();
      Bus shared = bus.orElseGet(() -> new Bus(vertx, new WireFormat(messages), meters));
      CatalogReplica catalog = new CatalogReplica(vertx, shared, members, clock, time, meters);
      ServiceContext context =
          new ServiceContext(
              vertx,
              shared,
              members,
              catalog,
              new HardStateReplica(
                  vertx,
                  new StorageClient(vertx, shared, members, time),
                  catalog,
                  members,
                  time,
                  kept),
              new Events(shared, new NodeId(id), clock, time),
              Settings.of(settings),
              meters,
              new Readiness(),
              time,
              dataDir.orElseGet(Builder::temporary));
      return new TestNode(context, members);
    }

    /** The node, alone, with its catalog started. */
    public TestNode start() {
      return build().startCatalog();
    }

    private static Path temporary() {
      try {
        Path made = Files.createTempDirectory("hawser-test");
        made.toFile().deleteOnExit();
        return made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
