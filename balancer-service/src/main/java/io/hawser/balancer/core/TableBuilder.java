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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

  /**
   * What a pool was made from.
   *
   * @param holder of an exclusive service: which instance may be routed
   * @param known every instance, routed or not
   * @param timed whether it may be another one when time has passed and nothing else
   */
  private record Source(
      ServiceView view,
      boolean exclusive,
      Optional<InstanceKey> holder,
      boolean timed,
      Map<InstanceKey, Known> known) {}

  private static final long NOT_UP = Long.MIN_VALUE;

  private final AffinityTokens tokens;
  private final Map<String, Source> sources = new HashMap<>();
  private final Map<String, Guard> guards = new HashMap<>();

  /** Services that have a pool also without an instance. */
  private Set<String> spokenOf = Set.of();

  private boolean first = true;

  /** Not the one empty table that everybody has: what confirms roles is written into it. */
  private RoutingTable last = new RoutingTable(Map.of(), Map.of());

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

    Optional<InstanceKey> holder(String service) {
      return services.contains(service)
          ? Optional.ofNullable(holders.get(service))
          : Optional.empty();
    }
  }

  /** The same, with exclusive services. What is as it was costs next to nothing. */
  public RoutingTable build(
      List<ServiceView> services,
      Set<String> others,
      Exclusives exclusives,
      Map<String, Route> routes,
      long wallMs) {
    Set<String> named = new HashSet<>(others);
    routes.values().forEach(route -> named.add(route.service()));
    spokenOf = Set.copyOf(named);
    Map<String, Optional<Pool>> changes = new HashMap<>();
    Set<String> there = new HashSet<>();
    for (ServiceView service : services) {
      there.add(service.service());
      look(service, exclusives, wallMs, changes);
    }
    spokenOf.stream().filter(service -> !there.contains(service)).forEach(s -> lose(s, changes));
    last.pools().keySet().stream()
        .filter(service -> !there.contains(service) && !spokenOf.contains(service))
        .forEach(service -> lose(service, changes));
    RoutingTable next = last.with(changes);
    if (!routes.equals(last.routes())) {
      next = new RoutingTable(next.pools(), routes, guards(routes));
    }
    first = false;
    last = next;
    exclusives.confirmedNs().ifPresent(last.roles()::confirmed);
    return last;
  }

  /**
   * The table for now, when these services are all that has changed since the one before.
   *
   * @param services without instances where there are none any more
   * @param exclusives those of them of which at most one instance is routed; confirms nothing
   */
  public RoutingTable update(List<ServiceView> services, Exclusives exclusives, long wallMs) {
    Map<String, Optional<Pool>> changes = new HashMap<>();
    for (ServiceView service : services) {
      if (service.instances().isEmpty()) {
        lose(service.service(), changes);
      } else {
        look(service, exclusives, wallMs, changes);
      }
    }
    last = last.with(changes);
    return last;
  }

  /** Takes an instance's own account of its load in, if it is about the life that is known. */
  public void report(InstanceKey key, String incarnation, LoadReport report) {
    Source source = sources.get(key.service());
    Known instance = source == null ? null : source.known().get(key);
    if (instance != null && instance.incarnation().equals(incarnation)) {
      instance.state().report(report);
    }
  }

  private Map<String, Guard> guards(Map<String, Route> routes) {
    guards.keySet().retainAll(routes.keySet());
    routes.forEach(
        (name, route) ->
            guards.compute(
                name, (n, old) -> old != null && old.fits(route) ? old : Guard.of(route)));
    return guards;
  }

  /** The service has no instance. */
  private void lose(String service, Map<String, Optional<Pool>> changes) {
    sources.remove(service);
    Optional<Pool> next =
        spokenOf.contains(service)
            ? Optional.of(
                Pool.of(service, AffinityTokens.cookie(service), List.of(), "0 instances"))
            : Optional.empty();
    change(service, next, changes);
  }

  /** The service has these instances. */
  @SuppressWarnings("ReferenceEquality") // the catalog makes another view with each change
  private void look(
      ServiceView service,
      Exclusives exclusives,
      long wallMs,
      Map<String, Optional<Pool>> changes) {
    String name = service.service();
    boolean exclusive = exclusives.services().contains(name);
    Optional<InstanceKey> holder = exclusives.holder(name);
    Source before = sources.get(name);
    if (before != null
        && before.view() == service
        && before.exclusive() == exclusive
        && before.holder().equals(holder)
        && !before.timed()) {
      return;
    }
    Map<InstanceKey, Known> known = new HashMap<>();
    Map<InstanceKey, Known> knownBefore = before == null ? Map.of() : before.known();
    for (InstanceView view : service.instances()) {
      known.put(view.key(), known(view, knownBefore.get(view.key())));
    }
    boolean timed = service.instances().stream().anyMatch(i -> i.maintenance().isPresent());
    Source source = new Source(service, exclusive, holder, timed, known);
    sources.put(name, source);
    change(name, Optional.of(pool(source, wallMs)), changes);
  }

  private void change(String service, Optional<Pool> next, Map<String, Optional<Pool>> changes) {
    if (!next.equals(Optional.ofNullable(last.pools().get(service)))) {
      changes.put(service, next);
    }
  }

  private static Pool pool(Source source, long wallMs) {
    ServiceView service = source.view();
    List<Endpoint> routable = new ArrayList<>();
    for (InstanceView view : service.instances()) {
      Known instance = source.known().get(view.key());
      boolean mayBe = !source.exclusive() || source.holder().equals(Optional.of(view.key()));
      if (instance != null && mayBe && view.routable(wallMs)) {
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
        source.exclusive());
  }

  private Known known(InstanceView view, @Nullable Known before) {
    Registration registration = view.registration();
    long upSinceMs =
        view.health() == Health.UP ? view.verdict().map(Verdict::sinceMs).orElse(NOT_UP) : NOT_UP;
    if (before == null || !before.sameLife(registration)) {
      EndpointState state = new EndpointState();
      if (!first) {
        state.warm();
      }
      return new Known(
          registration.incarnation(),
          registration.host(),
          registration.port(),
          upSinceMs,
          tokens.token(view.key()),
          state);
    }
    if (before.upSinceMs() == upSinceMs) {
      return before;
    }
    if (upSinceMs != NOT_UP) {
      // The observers found it well after whatever this balancer holds against it.
      before.state().cleared();
      before.state().warm();
    }
    return new Known(
        before.incarnation(),
        before.host(),
        before.port(),
        upSinceMs,
        before.affinity(),
        before.state());
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
