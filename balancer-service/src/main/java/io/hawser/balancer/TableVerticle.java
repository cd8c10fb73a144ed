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
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives the routing table from the catalog, on every change and on a timer; takes load reports
 * in; sends the node's traffic to the monitor; answers who asks which instance it would choose.
 */
final class TableVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(TableVerticle.class);
  private static final long RECONCILE_MS = 1_000;

  /** Changes that come together are taken together. */
  private static final long GATHER_MS = 2;

  private static final Set<Kind> RELEVANT =
      EnumSet.of(
          Kind.REGISTRATION,
          Kind.VERDICT,
          Kind.MAINTENANCE,
          Kind.ROLE,
          Kind.BACKUP,
          Kind.POLICY,
          Kind.ROUTE);

  private final BalancerNode node;
  private final ServiceContext hawser;
  private final TableBuilder builder;
  private final MonitorClient monitor;
  private boolean rebuildDue;

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
    long unusedReconcile = vertx.setPeriodic(RECONCILE_MS, id -> rebuild());
    long unusedTraffic = vertx.setPeriodic(RECONCILE_MS, id -> collectTraffic());
    Picks picks = new Picks(node);
    return hawser
        .bus()
        .subscribe(Addresses.LOADS, this::onBeats)
        .compose(s -> hawser.bus().serve(Addresses.PICK, hawser.members().self().id(), picks::pick))
        .onSuccess(subscription -> node.partReady());
  }

  private void onChange(List<Entry> changed) {
    if (!rebuildDue && changed.stream().anyMatch(e -> RELEVANT.contains(e.key().kind()))) {
      rebuildDue = true;
      long unused =
          vertx.setTimer(
              GATHER_MS,
              id -> {
                rebuildDue = false;
                rebuild();
              });
    }
  }

  private void onConfirmed() {
    if (node.table().anyExclusive()) {
      rebuild();
    }
  }

  private void rebuild() {
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
    Map<String, InstanceKey> holders =
        Exclusive.holders(catalog.all(Kind.ROLE, Facet.RoleRecord.class));
    Map<String, Facet.Route> routes = new HashMap<>();
    for (Map.Entry<FacetKey, Facet.Route> route :
        catalog.all(Kind.ROUTE, Facet.Route.class).entrySet()) {
      routes.put(route.getKey().name(), route.getValue());
    }
    RoutingTable table =
        builder.build(
            services,
            others,
            new Exclusives(exclusive, holders, confirmedNs),
            routes,
            hawser.time().wallMs());
    node.table(table);
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
      if (!policies.containsKey(policy) && gaps.test(policy)) {
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
