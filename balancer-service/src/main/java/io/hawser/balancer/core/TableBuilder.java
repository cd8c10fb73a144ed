package io.hawser.balancer.core;

import io.hawser.balancer.core.limit.Guard;
import io.hawser.balancer.core.strategy.LoadReport;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes routing tables from the catalog, and keeps each instance's state from one table to the
 * next. Not thread-safe: owned by one verticle; the tables that it makes may be read by all.
 */
public final class TableBuilder {
  /** One life of an instance, and the verdict that was last seen on it. */
  private record Known(
      String incarnation,
      String host,
      int port,
      long upSinceMs,
      String affinity,
      EndpointState state) {
    boolean sameLife(Registration registration) {
      return incarnation.equals(registration.incarnation())
          && host.equals(registration.host())
          && port == registration.port();
    }
  }

  private static final long NOT_UP = Long.MIN_VALUE;

  private final AffinityTokens tokens;
  private final Map<InstanceKey, Known> known = new HashMap<>();
  private final Map<String, Guard> guards = new HashMap<>();
  private boolean first = true;
  private RoutingTable last = RoutingTable.EMPTY;

  public TableBuilder(AffinityTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * The table for now: the one before, the very same object, when nothing has changed.
   *
   * @param services those with instances
   * @param others services that somebody has spoken of without registering an instance
   */
  public RoutingTable build(
      List<ServiceView> services, Set<String> others, Map<String, Route> routes, long wallMs) {
    return build(services, others, Exclusives.NONE, routes, wallMs);
  }

  /**
   * The services of which at most one instance is routed.
   *
   * @param holders by service, that one
   * @param confirmedNs when it was last asked whether all roles are what the store has, as they
   *     were found to be; read before the services were
   */
  public record Exclusives(
      Set<String> services, Map<String, InstanceKey> holders, OptionalLong confirmedNs) {
    private static final Exclusives NONE = new Exclusives(Set.of(), Map.of(), OptionalLong.empty());

    boolean has(String service) {
      return services.contains(service);
    }

    boolean mayBeRouted(InstanceKey instance) {
      return !has(instance.service()) || instance.equals(holders.get(instance.service()));
    }
  }

  /** The same, with exclusive services. */
  public RoutingTable build(
      List<ServiceView> services,
      Set<String> others,
      Exclusives exclusives,
      Map<String, Route> routes,
      long wallMs) {
    Map<String, Pool> pools = new HashMap<>();
    Set<InstanceKey> seen = new HashSet<>();
    for (ServiceView service : services) {
      pools.put(service.service(), pool(service, exclusives, seen, wallMs));
    }
    others.forEach(service -> pools.computeIfAbsent(service, this::empty));
    routes.values().forEach(route -> pools.computeIfAbsent(route.service(), this::empty));
    known.keySet().retainAll(seen);
    RoutingTable table = new RoutingTable(pools, routes, guards(routes));
    first = false;
    if (!table.sameAs(last)) {
      last = table;
    }
    exclusives.confirmedNs().ifPresent(last.roles()::confirmed);
    return last;
  }

  /** Takes an instance's own account of its load in, if it is about the life that is known. */
  public void report(InstanceKey key, String incarnation, LoadReport report) {
    Known instance = known.get(key);
    if (instance != null && instance.incarnation().equals(incarnation)) {
      instance.state().report(report);
    }
  }

  private Map<String, Guard> guards(Map<String, Route> routes) {
    guards.keySet().retainAll(routes.keySet());
    routes.forEach(
        (name, route) ->
            guards.compute(
                name, (n, old) -> old != null && old.fits(route) ? old : Guard.of(route, 0)));
    return guards;
  }

  private Pool empty(String service) {
    return Pool.of(service, AffinityTokens.cookie(service), List.of(), "0 instances");
  }

  private Pool pool(
      ServiceView service, Exclusives exclusives, Set<InstanceKey> seen, long wallMs) {
    List<Endpoint> routable = new ArrayList<>();
    for (InstanceView view : service.instances()) {
      seen.add(view.key());
      Known instance = known(view);
      if (exclusives.mayBeRouted(view.key()) && view.routable(wallMs)) {
        Registration registration = view.registration();
        routable.add(
            new Endpoint(
                view.key(),
                registration.incarnation(),
                registration.host(),
                registration.port(),
                registration.weight(),
                registration.zone(),
                instance.affinity(),
                OriginTls.of(registration),
                instance.state()));
      }
    }
    return Pool.of(
        service.service(),
        AffinityTokens.cookie(service.service()),
        routable,
        census(service, wallMs),
        exclusives.has(service.service()));
  }

  private Known known(InstanceView view) {
    Registration registration = view.registration();
    long upSinceMs =
        view.health() == Health.UP ? view.verdict().map(Verdict::sinceMs).orElse(NOT_UP) : NOT_UP;
    Known before = known.get(view.key());
    Known now;
    if (before == null || !before.sameLife(registration)) {
      now =
          new Known(
              registration.incarnation(),
              registration.host(),
              registration.port(),
              upSinceMs,
              tokens.token(view.key()),
              new EndpointState());
      if (!first) {
        now.state().warm();
      }
    } else if (before.upSinceMs() != upSinceMs) {
      now =
          new Known(
              before.incarnation(),
              before.host(),
              before.port(),
              upSinceMs,
              before.affinity(),
              before.state());
      if (upSinceMs != NOT_UP) {
        // The observers found it well after whatever this balancer holds against it.
        before.state().cleared();
        before.state().warm();
      }
    } else {
      return before;
    }
    known.put(view.key(), now);
    return now;
  }

  /** "3 instances: 1 down, 2 standby". */
  private static String census(ServiceView service, long wallMs) {
    Map<String, Integer> counts = new TreeMap<>();
    for (InstanceView view : service.instances()) {
      counts.merge(condition(view, wallMs), 1, Integer::sum);
    }
    int all = service.instances().size();
    StringBuilder text = new StringBuilder(all == 1 ? "1 instance" : all + " instances");
    String separator = ": ";
    for (Map.Entry<String, Integer> count : counts.entrySet()) {
      text.append(separator).append(count.getValue()).append(' ').append(count.getKey());
      separator = ", ";
    }
    return text.toString();
  }

  private static String condition(InstanceView view, long wallMs) {
    if (view.inMaintenance(wallMs)) {
      return "in maintenance";
    }
    if (view.passing()) {
      return view.role() == Role.STANDBY ? "standby" : "routable";
    }
    return view.health().name().toLowerCase(Locale.ROOT);
  }
}
