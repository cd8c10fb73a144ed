package io.hawser.gateway.core;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.gateway.json.Words;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** A service as clients see it. */
public final class ServiceJson {
  private ServiceJson() {}

  /** How many instances a service has, in all and by health. */
  public static Map<String, Object> of(ServiceView view, int backups, Traffic traffic) {
    Map<String, Object> health = new LinkedHashMap<>();
    for (Health each : Health.values()) {
      health.put(Words.of(each), count(view, i -> i.health() == each));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", view.service());
    json.put("instances", view.instances().size());
    json.put("routable", count(view, traffic::mayGoTo));
    json.put("passing", count(view, InstanceView::passing));
    json.put("standby", count(view, i -> traffic.role(i) == Role.STANDBY));
    json.put("maintenance", count(view, i -> i.inMaintenance(traffic.wallMs())));
    json.put("backups", backups);
    if (traffic.exclusive(view.service())) {
      json.put("exclusive", true);
      json.put("roleConfirmed", traffic.confirmed());
    }
    json.put("health", health);
    return json;
  }

  private static long count(ServiceView view, Predicate<InstanceView> which) {
    return view.instances().stream().filter(which).count();
  }
}
