package io.hawser.launcher;

import com.hazelcast.config.Config;
import io.hawser.bus.Bus;
import io.hawser.bus.BusReconciler;
import io.hawser.bus.Subscription;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.launcher.RunningNode.Deployed;
import io.hawser.launcher.config.StartFailure;
import io.hawser.model.Event.NodeDraining;
import io.hawser.model.Event.NodeJoined;
import io.hawser.model.Event.NodeLeft;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.NodeInfo;
import io.hawser.node.NodeSettings;
import io.hawser.node.Readiness;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.hawser.service.ServiceModule.Deployment;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts a node step by step: directory, cluster, catalog, services, API. Blocking; for the main
 * thread.
 */
final class NodeStarter {
  private static final long JOIN_SECONDS = 60;
  private static final long STEP_SECONDS = 30;

  /** How long the cluster may take to notice that this node's former life is over. */
  private static final Duration FORMER_LIFE = Duration.ofSeconds(15);

  private final Settings settings;
  private final Modules modules;
  private final String version;

  NodeStarter(Settings settings, Modules modules, String version) {
    this.settings = settings;
    this.modules = modules;
    this.version = version;
  }

  RunningNode start() {
    List<ServiceModule> selected = modules.selected(settings);
    NodeInfo self = self(selected);
    new Preflight(settings).check();
    NodeFiles files = NodeFiles.take(Path.of(settings.get(NodeSettings.DATA_DIR)).toAbsolutePath());
    try {
      return start(self, selected, files);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private RunningNode start(NodeInfo self, List<ServiceModule> selected, NodeFiles files) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Preparation.begin(selected);
    HazelcastClusterManager manager = new HazelcastClusterManager(hazelcastConfig(self));
    Vertx vertx = joinCluster(registry, manager);
    try {
      HazelcastMembers members =
          new HazelcastMembers(self, manager.getHazelcastInstance().getCluster()).start();
      refuseTakenId(members);
      new Seeds(settings).judge(members.live().size());
      ServiceContext context = context(vertx, members, registry, files.dir());
      context.readiness().waiting(RunningNode.NODE, "starting");
      context.catalog().keepIn(files.dir());
      await("joining the bus", reconcile(context, manager), StartFailure.CLUSTER);
      await("reading the catalog", context.catalog().start(), StartFailure.CLUSTER);
      context.hardState().keepIn(files.dir());
      if (!settings.get(NodeSettings.CLUSTER_STORES)) {
        context.hardState().withoutStore();
      }
      await("reading the records", context.hardState().start(), StartFailure.CLUSTER);
      Object unused =
          await("listening to other nodes", heedDraining(context, members), StartFailure.CLUSTER);
      Deployed deployments = deploy(context, selected, registry);
      context.readiness().ready(RunningNode.NODE);
      announce(context);
      files.write(self, url(settings.get(NodeSettings.TRAFFIC_PORT)));
      return new RunningNode(context, deployments, files);
    } catch (RuntimeException e) {
      // What was deployed stops in order: a child process, say, must not outlive a start that
      // failed.
      RunningNode.await("undo the start", vertx.close(), STEP_SECONDS);
      throw e;
    }
  }

  private static void refuseTakenId(HazelcastMembers members) {
    try {
      members
          .awaitSoleOwnerOfId(FORMER_LIFE)
          .ifPresent(
              address -> {
                throw new StartFailure(
                    StartFailure.CLUSTER,
                    "Another node of this cluster, at "
                        + address
                        + ", has the id '"
                        + members.self().id()
                        + "' too. Give each node an id of its own with node.id.");
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure(StartFailure.CLUSTER, "Interrupted while joining the cluster", e);
    }
  }

  private Config hazelcastConfig(NodeInfo self) {
    return ClusterConfig.hazelcast(settings, self);
  }

  private Vertx joinCluster(PrometheusMeterRegistry registry, HazelcastClusterManager manager) {
    MicrometerMetricsOptions metrics = new MicrometerMetricsOptions().setEnabled(true);
    metrics.addDisabledMetricsCategory(MetricsDomain.EVENT_BUS);
    metrics.addDisabledMetricsCategory(MetricsDomain.NET_CLIENT);
    metrics.addDisabledMetricsCategory(MetricsDomain.NET_SERVER);
    metrics.addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT);
    // Labelled by the request's method, which the client makes up: a series for each.
    metrics.addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER);
    VertxOptions options =
        new VertxOptions()
            .setEventBusOptions(ClusterConfig.eventBus(settings))
            .setMetricsOptions(metrics);
    Future<Vertx> joined =
        Vertx.builder()
            .with(options)
            .withMetrics(new MicrometerMetricsFactory(registry))
            .withClusterManager(manager)
            .buildClustered();
    return await("joining the cluster", joined, StartFailure.CLUSTER);
  }

  private ServiceContext context(
      Vertx vertx, Members members, PrometheusMeterRegistry registry, Path dir) {
    Meters meters = new Meters(registry);
    HybridClock clock = new HybridClock();
    List<Class<? extends ExtensionMessage>> extensions =
        modules.all().stream().flatMap(m -> m.messages().stream()).toList();
    Bus bus = new Bus(vertx, new WireFormat(extensions), meters);
    CatalogReplica catalog = new CatalogReplica(vertx, bus, members, clock, Time.SYSTEM, meters);
    StorageClient storage = new StorageClient(vertx, bus, members, Time.SYSTEM);
    return new ServiceContext(
        vertx,
        bus,
        members,
        catalog,
        new HardStateReplica(vertx, storage, catalog, members, Time.SYSTEM, HardStateReplica.KINDS),
        new Events(bus, members.self().id(), clock, Time.SYSTEM),
        settings,
        meters,
        new Readiness(),
        Time.SYSTEM,
        dir);
  }

  /** Keeps the subscriptions whole, from before the first of them on. */
  private static Future<Void> reconcile(ServiceContext context, HazelcastClusterManager manager) {
    new StaleSubscriptions(context.vertx(), manager, context.bus(), context.meters())
        .start(StaleSubscriptions.INTERVAL);
    return new BusReconciler(
            context.vertx(),
            context.bus(),
            context.members(),
            context.meters(),
            context.time(),
            BusReconciler.INTERVAL)
        .start();
  }

  private Deployed deploy(
      ServiceContext context, List<ServiceModule> selected, PrometheusMeterRegistry registry) {
    List<String> duties = new ArrayList<>();
    List<List<String>> servers = new ArrayList<>();
    for (ServiceModule module : selected) {
      List<String> ids = new ArrayList<>();
      for (Deployment deployment : deployments(module, context)) {
        Future<String> deployed =
            context.vertx().deployVerticle(deployment.verticle(), deployment.options());
        ids.add(await("starting the role " + module.role(), deployed, StartFailure.DEPLOYMENT));
      }
      if (module.servesClients()) {
        servers.add(ids);
      } else {
        duties.addAll(ids);
      }
    }
    ApiServerVerticle api =
        new ApiServerVerticle(context, selected, registry, context.time().wallMs());
    String id =
        await(
            "opening the API on port " + settings.get(NodeSettings.API_PORT),
            context.vertx().deployVerticle(api, new DeploymentOptions()),
            StartFailure.DEPLOYMENT);
    servers.add(List.of(id));
    return new Deployed(duties, servers);
  }

  /** A node that says that it is about to stop has its duties taken over at once. */
  private static Future<Subscription> heedDraining(
      ServiceContext context, HazelcastMembers members) {
    return context
        .events()
        .subscribe(
            event -> {
              if (event.body() instanceof NodeDraining draining) {
                members.drains(new NodeId(draining.draining()));
              }
            });
  }

  private static List<Deployment> deployments(ServiceModule module, ServiceContext context) {
    try {
      return module.deployments(context);
    } catch (RuntimeException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "The role " + module.role() + " cannot start: " + e.getMessage(),
          e);
    }
  }

  /**
   * Tells everyone who comes and goes: each node of its own coming, the lowest live one of others'
   * going.
   */
  private static void announce(ServiceContext context) {
    Members members = context.members();
    Set<NodeId> known = new HashSet<>(members.live().stream().map(NodeInfo::id).toList());
    members.onChange(
        () -> {
          List<NodeInfo> live = members.live();
          List<NodeId> gone;
          synchronized (known) {
            List<NodeId> now = live.stream().map(NodeInfo::id).toList();
            gone = known.stream().filter(id -> !now.contains(id)).toList();
            known.clear();
            known.addAll(now);
          }
          if (live.getFirst().id().equals(members.self().id())) {
            gone.forEach(id -> context.events().publish(new NodeLeft(id.value())));
          }
        });
    context.events().publish(new NodeJoined(members.self().id().value()));
  }

  private NodeInfo self(List<ServiceModule> selected) {
    try {
      return new NodeInfo(
          new NodeId(settings.get(NodeSettings.NODE_ID)),
          settings.get(NodeSettings.ZONE),
          selected.stream().map(ServiceModule::role).toList(),
          url(settings.get(NodeSettings.API_PORT)),
          version);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "node.id is no name",
          String.valueOf(e.getMessage()),
          "give it one of letters, digits, dots and dashes",
          e);
    }
  }

  private String url(int port) {
    String host = settings.get(NodeSettings.BIND_HOST);
    String reachable = ClusterConfig.wildcard(host) ? "127.0.0.1" : host;
    return "http://" + (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
  }

  private static <T> T await(String what, Future<T> future, int exitCode) {
    long seconds = exitCode == StartFailure.CLUSTER ? JOIN_SECONDS : STEP_SECONDS;
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure(exitCode, "Interrupted while " + what, "", "start it again", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw failed(what, cause, exitCode);
    } catch (TimeoutException e) {
      throw new StartFailure(
          exitCode,
          "Gave up " + what + " after " + seconds + " s",
          "it has not failed, but takes too long",
          "see the lines above; is the machine overloaded?",
          e);
    }
  }

  private static StartFailure failed(String what, Throwable cause, int exitCode) {
    if (cause instanceof StartFailure known) {
      return known;
    }
    if (cause instanceof BindException) {
      return new StartFailure(
          StartFailure.PORT,
          "Failed " + what,
          String.valueOf(cause.getMessage()),
          "end the process that has the port, or give this node another one",
          cause);
    }
    return new StartFailure(
        exitCode,
        "Failed " + what,
        cause.getMessage() == null ? cause.toString() : cause.getMessage(),
        "see the lines above; 'hawser doctor' looks at this machine and the settings",
        cause);
  }
}
