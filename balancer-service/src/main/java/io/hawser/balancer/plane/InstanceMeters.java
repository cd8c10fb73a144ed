package io.hawser.balancer.plane;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.Pool;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.model.InstanceKey;
import io.hawser.node.Meters;
import io.hawser.node.Time;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The meters of the instances that are routed, read from their states when somebody asks: a request
 * pays for nothing here. At most {@link #MOST} instances have some, so that a cluster of many does
 * not drown who collects them; how many have none is a meter too. Owned by the verticle of the
 * table.
 */
public final class InstanceMeters {
  static final int MOST = 1_000;

  private record Shown(EndpointState state, List<Meter> meters) {}

  private final MeterRegistry registry;
  private final Time time;
  private final Map<InstanceKey, Shown> shown = new HashMap<>();
  private final AtomicInteger unshown = new AtomicInteger();

  public InstanceMeters(Meters meters, Time time) {
    this.registry = meters.registry();
    this.time = time;
    meters.gauge(Meters.PROXY_INSTANCES_UNSHOWN, unshown::get);
  }

  /** Shows the instances of this table, and no others. */
  public void show(RoutingTable table) {
    Set<InstanceKey> routed = new HashSet<>();
    int without = 0;
    for (Pool pool : table.pools().values()) {
      for (Endpoint endpoint : pool.routable()) {
        routed.add(endpoint.key());
        without += show(endpoint) ? 0 : 1;
      }
    }
    for (InstanceKey key : List.copyOf(shown.keySet())) {
      if (!routed.contains(key)) {
        remove(key);
      }
    }
    unshown.set(without);
  }

  private boolean show(Endpoint endpoint) {
    Shown before = shown.get(endpoint.key());
    if (before != null && before.state().equals(endpoint.state())) {
      return true;
    }
    // Another life begins at none.
    remove(endpoint.key());
    if (shown.size() >= MOST) {
      return false;
    }
    shown.put(endpoint.key(), new Shown(endpoint.state(), meters(endpoint)));
    return true;
  }

  private void remove(InstanceKey key) {
    Shown gone = shown.remove(key);
    if (gone != null) {
      gone.meters().forEach(registry::remove);
    }
  }

  private List<Meter> meters(Endpoint endpoint) {
    Tags tags = Tags.of("service", endpoint.key().service(), "instance", endpoint.key().id());
    EndpointState state = endpoint.state();
    return List.of(
        FunctionCounter.builder(Meters.PROXY_INSTANCE_REQUESTS, state, EndpointState::requests)
            .tags(tags)
            .register(registry),
        FunctionCounter.builder(Meters.PROXY_INSTANCE_FAILURES, state, EndpointState::failed)
            .tags(tags)
            .register(registry),
        Gauge.builder(Meters.PROXY_INSTANCE_ACTIVE, state, EndpointState::active)
            .tags(tags)
            .register(registry),
        Gauge.builder(Meters.PROXY_INSTANCE_CIRCUIT, state, of -> of.circuit(time.nowNs()).level())
            .tags(tags)
            .register(registry));
  }
}
