package io.hawser.balancer.core;

import static java.util.Comparator.comparingInt;

import io.hawser.balancer.core.limit.Guard;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go, at one moment. Immutable but for {@link #roles}.
 *
 * <p>A route of the request's host comes before one of any host, a longer path prefix before a
 * shorter; prefixes end on segment borders. What no route matches goes by the default route: the
 * first segment of the path names the service and is taken off.
 */
public final class RoutingTable {
  /** What is there before the catalog has been read. */
  public static final RoutingTable EMPTY = new RoutingTable(Map.of(), Map.of());

  private static final String ANY_HOST = "";

  /** The routes of one host, by normalised prefix. */
  private record Prefixes(Map<String, List<Named>> routes, int longest) {}

  private record Named(String name, Route route) {}

  /** What a request says in its header. */
  public interface Fields {
    /** No request: none of its fields has a value. */
    Fields NONE = name -> "";

    /** The value of the field of this name in lower case; empty without it. */
    String value(String name);
  }

  private final Pools pools;
  private final Map<String, Prefixes> hosts;
  private final Map<String, Route> routes;
  private final Map<String, Guard> guards;
  private final Roles roles;

  RoutingTable(Map<String, Pool> pools, Map<String, Route> routes) {
    this(pools, routes, Map.of());
  }

  /**
   * @param pools by service; one for each service that a route names
   * @param routes by name; of two with the same host and prefix the one that asks for more headers
   *     comes first, then the one with the lower name
   * @param guards by the name of the route; none for those without limits
   */
  RoutingTable(Map<String, Pool> pools, Map<String, Route> routes, Map<String, Guard> guards) {
    Map<String, Optional<Pool>> all = new HashMap<>();
    pools.forEach((service, pool) -> all.put(service, Optional.of(pool)));
    this.pools = Pools.NONE.with(all);
    this.routes = Map.copyOf(routes);
    this.guards = Map.copyOf(guards);
    this.roles = Roles.unconfirmed();
    Map<String, Map<String, List<Named>>> byHost = new HashMap<>();
    new TreeMap<>(routes)
        .forEach(
            (name, route) ->
                byHost
                    .computeIfAbsent(normalHost(route.host()), host -> new HashMap<>())
                    .computeIfAbsent(normalPrefix(route.pathPrefix()), prefix -> new ArrayList<>())
                    .add(new Named(name, route)));
    byHost
        .values()
        .forEach(
            prefixes ->
                prefixes
                    .values()
                    .forEach(named -> named.sort(comparingInt(n -> -n.route().headers().size()))));
    this.hosts = new HashMap<>();
    byHost.forEach(
        (host, prefixes) ->
            hosts.put(
                host,
                new Prefixes(
                    prefixes,
                    prefixes.keySet().stream().mapToInt(String::length).max().orElse(0))));
  }

  private RoutingTable(RoutingTable before, Map<String, Optional<Pool>> changes) {
    this.pools = before.pools.with(changes);
    this.routes = before.routes;
    this.guards = before.guards;
    this.hosts = before.hosts;
    this.roles = before.roles.copy();
  }

  /**
   * The same with these pools in place of those before; itself without any. Made from a catalog
   * that is no older, so that roles stand in it for as long.
   *
   * @param changes by service; an empty one: nobody knows it any more, and no route names it
   */
  RoutingTable with(Map<String, Optional<Pool>> changes) {
    return changes.isEmpty() ? this : new RoutingTable(this, changes);
  }

  Map<String, Route> routes() {
    return routes;
  }

  public Map<String, Pool> pools() {
    return pools;
  }

  /** Until when it counts for exclusive services. */
  Roles roles() {
    return roles;
  }

  /** Whether there is a service whose role has to be confirmed again and again. */
  public boolean anyExclusive() {
    return pools.exclusive() > 0;
  }

  /** Whether at most one instance of the service may be gone to. */
  public boolean exclusive(String service) {
    Pool pool = anyExclusive() ? pools.get(service) : null;
    return pool != null && pool.exclusive();
  }

  /** As if a route led to the service with this strategy; empty when nobody knows it. */
  public Optional<Target> of(String service, Strategy strategy) {
    return Optional.ofNullable(pools.get(service))
        .map(
            pool ->
                new Target(
                    pool,
                    new Route(service, "", "", false, strategy, Affinity.NONE),
                    Guard.NONE,
                    "/",
                    roles));
  }

  /**
   * Whether what is under way to the instance may go on: it is one of its service's still, and of
   * an exclusive service its role stands.
   */
  public boolean routes(Endpoint endpoint, long nowNs) {
    Pool pool = pools.get(endpoint.key().service());
    return pool != null
        && (!pool.exclusive() || roles.stand(nowNs))
        && pool.routable().stream().anyMatch(e -> e.state().equals(endpoint.state()));
  }

  /** Where a request without a header goes. */
  public Optional<Target> match(String host, String uri) {
    return match(host, uri, Fields.NONE);
  }

  /**
   * Where a request goes; empty when no route matches and no service has the name.
   *
   * @param host as in the Host header, with or without a port
   * @param uri path and query, starting with a slash
   */
  public Optional<Target> match(String host, String uri, Fields fields) {
    if (!uri.startsWith("/")) {
      // "OPTIONS *" asks about nobody in particular.
      return Optional.empty();
    }
    int question = uri.indexOf('?');
    String path = question < 0 ? uri : uri.substring(0, question);
    if (!hosts.isEmpty()) {
      Target target = byRoute(hosts.get(normalHost(host)), path, uri, fields);
      if (target == null) {
        target = byRoute(hosts.get(ANY_HOST), path, uri, fields);
      }
      if (target != null) {
        return Optional.of(target);
      }
    }
    return byService(path, uri);
  }

  private @Nullable Target byRoute(
      @Nullable Prefixes prefixes, String path, String uri, Fields fields) {
    if (prefixes == null) {
      return null;
    }
    // From the longest prefix that there is, so that a path of a thousand slashes is not looked up
    // a thousand times.
    String prefix = path;
    if (prefix.length() > prefixes.longest()) {
      int cut =
          prefix.charAt(prefixes.longest()) == '/'
              ? prefixes.longest()
              : prefix.lastIndexOf('/', prefixes.longest());
      prefix = prefix.substring(0, Math.max(0, cut));
    }
    while (true) {
      Named found = first(prefixes.routes().get(prefix), fields);
      if (found != null) {
        Route route = found.route();
        Pool pool = pools.get(route.service());
        return pool == null
            ? null
            : new Target(
                pool,
                route,
                guards.getOrDefault(found.name(), Guard.NONE),
                route.stripPrefix() ? strip(uri, prefix.length()) : uri,
                roles);
      }
      if (prefix.isEmpty()) {
        return null;
      }
      prefix = prefix.substring(0, prefix.lastIndexOf('/'));
    }
  }

  private static @Nullable Named first(@Nullable List<Named> candidates, Fields fields) {
    if (candidates != null) {
      for (Named named : candidates) {
        Map<String, String> wanted = named.route().headers();
        boolean has =
            wanted.isEmpty()
                || wanted.entrySet().stream()
                    .allMatch(e -> fields.value(lower(e.getKey())).equals(e.getValue()));
        if (has) {
          return named;
        }
      }
    }
    return null;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private Optional<Target> byService(String path, String uri) {
    int end = path.indexOf('/', 1);
    String service = path.substring(1, end < 0 ? path.length() : end);
    Pool pool = pools.get(service);
    return pool == null
        ? Optional.empty()
        : Optional.of(
            new Target(pool, pool.byName(), Guard.NONE, strip(uri, 1 + service.length()), roles));
  }

  private static String strip(String uri, int length) {
    String rest = uri.substring(length);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static String normalPrefix(String prefix) {
    String path = prefix;
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
  }

  private static String normalHost(String host) {
    String name = host;
    int colon = name.lastIndexOf(':');
    if (colon > name.lastIndexOf(']')) {
      name = name.substring(0, colon);
    }
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return name.toLowerCase(Locale.ROOT);
  }
}
