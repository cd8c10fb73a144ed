package io.hawser.failover;

import io.hawser.failover.core.PoolCensus;
import io.hawser.failover.core.PoolCensus.Standing;
import io.hawser.model.Facet.BackupMode;
import io.hawser.node.Meters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sizes of the services' pools as the acting manager sees them; where none acts there are none.
 * At most {@link #MOST} services have some; how many pools have none is a meter too. Owned by one
 * verticle.
 */
final class PoolMeters {
  static final int MOST = 200;

  private record Shown(AtomicReference<PoolCensus> census, List<Meter> meters) {}

  private final MeterRegistry registry;
  private final Map<String, Shown> shown = new HashMap<>();
  private final AtomicInteger unshown = new AtomicInteger();

  PoolMeters(Meters meters) {
    this.registry = meters.registry();
    meters.gauge(Meters.FAILOVER_POOLS_UNSHOWN, unshown::get);
  }

  /** Shows these pools, and no others. */
  void show(Map<String, PoolCensus> pools) {
    List.copyOf(shown.keySet()).stream()
        .filter(service -> !pools.containsKey(service))
        .forEach(this::remove);
    int without = 0;
    for (Map.Entry<String, PoolCensus> pool : pools.entrySet()) {
      without += show(pool.getKey(), pool.getValue()) ? 0 : 1;
    }
    unshown.set(without);
  }

  private void remove(String service) {
    Shown gone = shown.remove(service);
    if (gone != null) {
      gone.meters().forEach(registry::remove);
    }
  }

  private boolean show(String service, PoolCensus census) {
    Shown before = shown.get(service);
    if (before != null) {
      before.census().set(census);
      return true;
    }
    if (shown.size() >= MOST) {
      return false;
    }
    AtomicReference<PoolCensus> now = new AtomicReference<>(census);
    shown.put(service, new Shown(now, meters(service, now)));
    return true;
  }

  private List<Meter> meters(String service, AtomicReference<PoolCensus> census) {
    List<Meter> meters = new ArrayList<>();
    for (BackupMode mode : BackupMode.values()) {
      for (Standing standing : Standing.values()) {
        meters.add(
            Gauge.builder(Meters.FAILOVER_POOL, () -> census.get().count(mode, standing))
                .tag("service", service)
                .tag("mode", mode.name().toLowerCase(Locale.ROOT))
                .tag("state", standing.name().toLowerCase(Locale.ROOT))
                .register(registry));
      }
    }
    meters.add(
        Gauge.builder(Meters.FAILOVER_POOL_MINIMUM, () -> census.get().minimum())
            .tag("service", service)
            .register(registry));
    return meters;
  }
}
