package io.hawser.balancer;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.balancer.core.TableBuilder;
import io.hawser.balancer.core.TableBuilder.Exclusives;
import io.hawser.balancer.core.TrafficLog;
import io.hawser.balancer.core.strategy.LoadReport;
import io.hawser.balancer.plane.BalancerNode;
import io.hawser.bus.Addresses;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.MonitorClient;
import io.hawser.catalog.Exclusive;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.Outcome;
import io.hawser.model.RegistryMessage.Beats;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives the routing table from the catalog: of the services that have changed soon, of all on a
 * timer; takes load reports in; sends the node's traffic to the monitor; answers who asks which
 * instance it would choose.
 */
final class TableVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(TableVerticle.class);
  private static final long RECONCILE_MS = 1_000;

  /** Changes that come together are taken together. */
  private static final long GATHER_MS = 2;

  private static final long GATHER_MOST_MS = 100;

  /** For how many times the duration of the last look at changes the next ones wait. */
  private static final long SHARE = 4;

  /**
   * Derived anew though nothing has changed, as a net below the changes: that takes a hundredth of
   * the time, and is done within this one.
   */
  private static final long RECONCILE_SHARE = 100;

  private static final long RECONCILE_WITHIN_NS = TimeUnit.SECONDS.toNanos(30);

  /** Of one instance. */
  private static final Set<Kind> OF_INSTANCES =
      EnumSet.of(Kind.REGISTRATION, Kind.VERDICT, Kind.MAINTENANCE, Kind.ROLE);

  /** Few, and of more than one service. */
  private static final Set<Kind> OF_ALL = EnumSet.of(Kind.BACKUP, Kind.POLICY, Kind.ROUTE);

  private final BalancerNode node;
  private final ServiceContext hawser;
  private final TableBuilder builder;
  private final MonitorClient monitor;
  private final Set<String> changed = new HashSet<>();
  private boolean allChanged;
  private boolean lookDue;
  private long tookMs;
  private long builtNs;
  private long buildTookNs;

  TableVerticle(BalancerNode node, AffinityTokens tokens) {
    this.node = node;
    this.hawser = node.context();
    this.builder = new TableBuilder(tokens);
    this.monitor = new MonitorClient(hawser.bus(), hawser.members());
  }

  @Override
  public Future<?> start() {
    hawser.catalog().onChange(this::onChange);
    hawser.hardState().onConfirmed(this::onConfirmed);
    rebuild();
    long unusedReconcile = vertx.setPeriodic(RECONCILE_MS, id -> reconcile());
    long unusedTraffic = vertx.setPeriodic(RECONCILE_MS, id -> collectTraffic());
    Picks picks = new Picks(node);
    return hawser
        .bus()
        .subscribe(Addresses.LOADS, this::onBeats)
        .compose(s -> hawser.bus().serve(Addresses.PICK, hawser.members().self().id(), picks::pick))
        .onSuccess(subscription -> node.partReady());
  }

  private void onChange(List<Entry> entries) {
    for (Entry entry : entries) {
      Kind kind = entry.key().kind();
      if (OF_INSTANCES.contains(kind)) {
        changed.add(entry.key().scope());
      }
      allChanged |= OF_ALL.contains(kind);
    }
    if (!lookDue && (allChanged || !changed.isEmpty())) {
      lookDue = true;
      long unused =
          vertx.setTimer(Math.clamp(SHARE * tookMs, GATHER_MS, GATHER_MOST_MS), id -> look());
    }
  }

  /** A look at much takes long: then more is gathered for the next. */
  private void look() {
    long startNs = hawser.time().nowNs();
    Set<String> services = Set.copyOf(changed);
    boolean all = allChanged;
    lookDue = false;
    allChanged = false;
    changed.clear();
    if (all) {
      rebuild();
    } else {
      update(services);
    }
    tookMs = TimeUnit.NANOSECONDS.toMillis(hawser.time().nowNs() - startNs);
  }

  private void onConfirmed() {
    if (node.table().anyExclusive()) {
      rebuild();
    }
  }

  private void reconcile() {
    long ageNs = hawser.time().nowNs() - builtNs;
    if (ageNs >= Math.min(RECONCILE_SHARE * buildTookNs, RECONCILE_WITHIN_NS)) {
      rebuild();
    }
    node.showInstances();
  }

  private void update(Set<String> services) {
    Predicate<FacetKey> gaps = hawser.hardState().gaps();
    CatalogReplica catalog = hawser.catalog();
    Map<FacetKey, Facet.Policy> policies = new HashMap<>();
    for (String service : services) {
      FacetKey key = new FacetKey(Kind.POLICY, service, "");
      catalog.get(key, Facet.Policy.class).ifPresent(policy -> policies.put(key, policy));
    }
    List<ServiceView> views = services.stream().map(catalog::service).toList();
    Set<String> exclusive = exclusive(views, policies, gaps);
    node.table(
        builder.update(
            views,
            new Exclusives(exclusive, holders(exclusive), OptionalLong.empty()),
            hawser.time().wallMs()));
  }

  private void rebuild() {
    long startNs = hawser.time().nowNs();
    // Before the catalog is: what that has is no older then.
    OptionalLong confirmedNs = hawser.hardState().confirmedNs();
    Predicate<FacetKey> gaps = hawser.hardState().gaps();
    CatalogReplica catalog = hawser.catalog();
    List<ServiceView> services = catalog.services().stream().map(catalog::service).toList();
    Set<String> others = new HashSet<>();
    catalog.all(Kind.BACKUP, Facet.Backup.class).keySet().forEach(key -> others.add(key.scope()));
    Map<FacetKey, Facet.Policy> policies = catalog.all(Kind.POLICY, Facet.Policy.class);
    policies.keySet().forEach(key -> others.add(key.scope()));
    Set<String> exclusive = exclusive(services, policies, gaps);
    Map<String, Facet.Route> routes = new HashMap<>();
    for (Map.Entry<FacetKey, Facet.Route> route :
        catalog.all(Kind.ROUTE, Facet.Route.class).entrySet()) {
      routes.put(route.getKey().name(), route.getValue());
    }
    RoutingTable table =
        builder.build(
            services,
            others,
            new Exclusives(exclusive, holders(exclusive), confirmedNs),
            routes,
            hawser.time().wallMs());
    node.table(table);
    builtNs = hawser.time().nowNs();
    buildTookNs = builtNs - startNs;
  }

  private Map<String, InstanceKey> holders(Set<String> exclusive) {
    return exclusive.isEmpty()
        ? Map.of()
        : Exclusive.holders(hawser.catalog().all(Kind.ROLE, Facet.RoleRecord.class));
  }

  /** Those of which the policy says so, and those that may be, as nobody can tell at this node. */
  private static Set<String> exclusive(
      List<ServiceView> services, Map<FacetKey, Facet.Policy> policies, Predicate<FacetKey> gaps) {
    Set<String> exclusive = new HashSet<>();
    policies.forEach(
        (key, policy) -> {
          if (policy.exclusive()) {
            exclusive.add(key.scope());
          }
        });
    for (ServiceView service : services) {
      FacetKey policy = new FacetKey(Kind.POLICY, service.service(), "");
      if (gaps.test(policy)) {
        exclusive.add(service.service());
      }
    }
    return exclusive;
  }

  private void onBeats(Beats beats) {
    long nowNs = hawser.time().nowNs();
    beats
        .beats()
        .forEach(
            beat ->
                beat.load()
                    .ifPresent(
                        load ->
                            builder.report(
                                beat.instance(),
                                beat.incarnation(),
                                new LoadReport(
                                    load.cpu(), load.memory(), load.responseTimeMs(), nowNs))));
  }

  private void collectTraffic() {
    long wallMs = hawser.time().wallMs();
    List<Future<TrafficLog>> parts = new ArrayList<>();
    node.loops().forEach(loop -> parts.add(loop.takeTraffic(wallMs)));
    Future.join(parts)
        .compose(
            done -> {
              TrafficLog all = new TrafficLog();
              parts.forEach(part -> all.absorb(part.result()));
              return all.isEmpty()
                  ? Future.succeededFuture(new Outcome.Ok<>(new Ack()))
                  : monitor.traffic(all.encoded());
            })
        .onSuccess(outcome -> log.debug("traffic sent outcome={}", outcome))
        .onFailure(e -> log.warn("traffic not sent cause={}", e.toString()));
  }
}
