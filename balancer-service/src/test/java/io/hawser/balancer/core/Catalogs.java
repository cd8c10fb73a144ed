package io.hawser.balancer.core;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parts of a catalog, made by hand. */
final class Catalogs {
  private Catalogs() {}

  static InstanceView instance(String service, String id, int weight, Health health) {
    return instance(service, id, "one", weight, health, 1, Role.ACTIVE);
  }

  static InstanceView instance(
      String service,
      String id,
      String incarnation,
      int weight,
      Health health,
      long sinceMs,
      Role role) {
    return new InstanceView(
        new InstanceKey(service, id),
        new Registration(
            "127.0.0.1",
            9000,
            incarnation,
            weight,
            "z",
            List.of(),
            Map.of(),
            role,
            0,
            List.of(),
            0),
        Optional.of(new Verdict(incarnation, health, sinceMs, "test", new NodeId("n"), List.of())),
        Optional.empty(),
        Optional.empty());
  }

  static InstanceView maintained(InstanceView view, long untilMs) {
    return new InstanceView(
        view.key(),
        view.registration(),
        view.verdict(),
        Optional.of(new Maintenance("test", "me", untilMs)),
        view.roleRecord());
  }

  static ServiceView service(String name, InstanceView... instances) {
    return new ServiceView(name, List.of(instances));
  }

  static Route route(String service, String host, String prefix, boolean strip) {
    return new Route(service, host, prefix, strip, Strategy.WEIGHTED_RANDOM, Affinity.COOKIE);
  }

  static TableBuilder builder() {
    return new TableBuilder(new AffinityTokens("test".getBytes(StandardCharsets.UTF_8)));
  }
}
