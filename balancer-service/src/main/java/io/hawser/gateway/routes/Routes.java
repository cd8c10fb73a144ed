package io.hawser.gateway.routes;

import io.hawser.bus.client.MonitorClient;
import io.hawser.bus.client.RegistryClient;
import io.hawser.gateway.events.EventFeed;
import io.hawser.gateway.events.EventRoutes;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.input.AlertInput;
import io.hawser.gateway.input.TrafficInput;
import io.hawser.gateway.json.Problem;
import io.hawser.model.Event;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Rule;
import io.hawser.model.FacetKey.Kind;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** All endpoints of the API. */
public final class Routes {
  private static final HttpMethod GET = HttpMethod.GET;
  private static final HttpMethod PUT = HttpMethod.PUT;
  private static final HttpMethod POST = HttpMethod.POST;
  private static final HttpMethod DELETE = HttpMethod.DELETE;

  private Routes() {}

  public static Endpoints all(ServiceContext context, EventFeed feed) {
    RegistryClient registry =
        new RegistryClient(context.bus(), context.members(), context.catalog());
    MonitorClient monitor = new MonitorClient(context.bus(), context.members());
    Registers registers = new Registers(context.catalog());
    Endpoints endpoints = new Endpoints();
    new InstanceRoutes(context, registry).addTo(endpoints);
    new BeatRoutes(context, registry).addTo(endpoints);
    new PickRoutes(context).addTo(endpoints);
    new OperatorRoutes(context, registers).addTo(endpoints);
    new BackupRoutes(context, registers).addTo(endpoints);
    new FailoverRoutes(context).addTo(endpoints);
    new MonitorRoutes(context, monitor).addTo(endpoints);
    new EventRoutes(feed).addTo(endpoints);
    new ClusterRoutes(context).addTo(endpoints);
    addNamed(context, endpoints);
    addUnbuilt(endpoints);
    return endpoints;
  }

  private static void addNamed(ServiceContext context, Endpoints endpoints) {
    new NamedRoutes<>(
            context.catalog(),
            "/routes",
            "route",
            Kind.ROUTE,
            Route.class,
            TrafficInput.ROUTE,
            (name, route) ->
                context.events().publish(new Event.RouteChanged(route.service(), name)))
        .addTo(endpoints);
    new NamedRoutes<>(
            context.catalog(),
            "/rules",
            "rule",
            Kind.RULE,
            Rule.class,
            AlertInput.RULE,
            (n, r) -> {})
        .addTo(endpoints);
    new NamedRoutes<>(
            context.catalog(),
            "/receivers",
            "receiver",
            Kind.RECEIVER,
            Receiver.class,
            AlertInput.RECEIVER,
            (n, r) -> {})
        .addTo(endpoints);
  }

  /**
   * What the API will have and has not yet: each says so, so that nobody looks for a typing error.
   */
  private static void addUnbuilt(Endpoints endpoints) {
    unbuilt(endpoints, "the key-value store", "/kv", GET);
    unbuilt(endpoints, "the key-value store", "/kv/{key...}", GET, PUT, DELETE);
    unbuilt(endpoints, "the key-value store", "/kv/txn", POST, GET, PUT, DELETE);
    unbuilt(endpoints, "leases", "/leases/{name}", GET, POST, PUT, DELETE);
    unbuilt(endpoints, "storage", "/storage/nodes", GET);
    unbuilt(endpoints, "storage", "/storage/placement", GET);
    unbuilt(endpoints, "storage", "/storage/backup", POST);
    for (String verb : List.of("add", "drain", "replace")) {
      unbuilt(endpoints, "storage", "/storage/nodes/{id}/" + verb, POST);
    }
    unbuilt(endpoints, "the failover plan", "/failover/plan", GET);
    for (String verb : List.of("failover", "switchover", "pause", "resume", "ack")) {
      unbuilt(endpoints, "a failover by command", "/failover/{service}/" + verb, POST);
    }
    unbuilt(endpoints, "the history of alerts", "/alerts/history", GET);
    unbuilt(endpoints, "silences", "/silences", GET);
    unbuilt(endpoints, "silences", "/silences/{id}", GET, PUT, DELETE);
    unbuilt(endpoints, "the test of receivers", "/receivers/{name}/test", POST);
    unbuilt(endpoints, "the collection of logs", "/logs", POST);
    unbuilt(endpoints, "the analysis of events", "/analysis/{service}", GET);
  }

  private static void unbuilt(
      Endpoints endpoints, String what, String pattern, HttpMethod... methods) {
    for (HttpMethod method : methods) {
      endpoints.bodiless(
          method, pattern, call -> Future.failedFuture(Problem.notImplemented(what)));
    }
  }
}
