package io.hawser.gateway.core;

import io.hawser.catalog.InstanceView;
import io.hawser.gateway.json.Words;
import io.hawser.model.Facet.Registration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Instances as targets for Prometheus' HTTP service discovery. */
public final class PrometheusTargets {
  private static final String META = "__meta_hawser_";

  private PrometheusTargets() {}

  public static Map<String, Object> of(InstanceView instance, long wallMs) {
    Registration registration = instance.registration();
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(META + "service", instance.key().service());
    labels.put(META + "instance", instance.key().id());
    labels.put(META + "zone", registration.zone());
    labels.put(META + "role", Words.of(instance.role()));
    labels.put(META + "state", InstanceJson.state(instance, wallMs));
    labels.put(META + "tags", "," + String.join(",", registration.tags()) + ",");
    new TreeMap<>(registration.meta())
        .forEach(
            (key, value) ->
                labels.put(META + "meta_" + key.replaceAll("[^A-Za-z0-9_]", "_"), value));
    Map<String, Object> target = new LinkedHashMap<>();
    target.put("targets", List.of(address(registration)));
    target.put("labels", labels);
    return target;
  }

  private static String address(Registration registration) {
    String host = registration.host();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + registration.port();
  }
}
