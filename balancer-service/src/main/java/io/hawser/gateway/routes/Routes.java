package io.hawser.gateway.routes;

import io.hawser.bus.client.MonitorClient;
import io.hawser.bus.client.RegistryClient;
import io.hawser.gateway.contract.Contract;
import io.hawser.gateway.events.EventFeed;
import io.hawser.gateway.events.EventRoutes;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.input.AlertInput;
import io.hawser.gateway.input.TrafficInput;
import io.hawser.gateway.storage.StorageRoutes;
import io.hawser.model.Event;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Rule;
import io.hawser.model.FacetKey.Kind;
import io.hawser.service.ServiceContext;

/** Who answers the operations of the contract. */
public final class Routes {
  private Routes() {}

  public static Endpoints all(Contract contract, ServiceContext context, EventFeed feed) {
    RegistryClient registry =
        new RegistryClient(context.bus(), context.members(), context.catalog());
    MonitorClient monitor = new MonitorClient(context.bus(), context.members());
    Registers registers = Registers.of(context);
    Endpoints endpoints = new Endpoints(contract);
    new InstanceRoutes(context, registry).addTo(endpoints);
    new BeatRoutes(context, registry).addTo(endpoints);
    new PickRoutes(context).addTo(endpoints);
    new OperatorRoutes(context, registers).addTo(endpoints);
    new BackupRoutes(context, registers).addTo(endpoints);
    new FailoverRoutes(context).addTo(endpoints);
    new MonitorRoutes(context, monitor).addTo(endpoints);
    new EventRoutes(feed).addTo(endpoints);
    new ClusterRoutes(context).addTo(endpoints);
    new DocsRoutes(contract).addTo(endpoints);
    StorageRoutes.of(context).addTo(endpoints);
    addNamed(context, registers, endpoints);
    return endpoints;
  }

  private static void addNamed(ServiceContext context, Registers registers, Endpoints endpoints) {
    new NamedRoutes<>(
            registers,
            "Route",
            Kind.ROUTE,
            Route.class,
            TrafficInput.ROUTE,
            (name, route) ->
                context.events().publish(new Event.RouteChanged(route.service(), name)))
        .addTo(endpoints);
    new NamedRoutes<>(registers, "Rule", Kind.RULE, Rule.class, AlertInput.RULE, (n, r) -> {})
        .addTo(endpoints);
    new NamedRoutes<>(
            registers, "Receiver", Kind.RECEIVER, Receiver.class, AlertInput.RECEIVER, (n, r) -> {})
        .addTo(endpoints);
  }
}
