package io.hawser.failover;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.MassFailure;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Tells the definition of a mass failure what the catalog says. Owned by one verticle. */
final class Wave {
  private final CatalogReplica catalog;
  private final MassFailure failure = new MassFailure();
  private Set<InstanceKey> seen = new HashSet<>();
  private int all;

  Wave(CatalogReplica catalog) {
    this.catalog = catalog;
  }

  /** Looks at all instances. One that is down counts from when the verdict was given. */
  void look(long nowNs, long wallMs) {
    List<InstanceView> down = new ArrayList<>();
    Set<InstanceKey> present = new HashSet<>();
    for (String service : catalog.services()) {
      for (InstanceView instance : catalog.service(service).instances()) {
        present.add(instance.key());
        if (instance.health() == Health.DOWN) {
          down.add(instance);
        } else {
          failure.stands(instance.key());
        }
      }
    }
    down.sort(Comparator.comparingLong(Wave::sinceMs));
    for (InstanceView instance : down) {
      long agoMs = Math.max(0, wallMs - sinceMs(instance));
      failure.fell(instance.key(), nowNs - TimeUnit.MILLISECONDS.toNanos(agoMs));
    }
    seen.stream().filter(key -> !present.contains(key)).forEach(failure::stands);
    seen = present;
    all = present.size();
  }

  boolean lasts(long nowNs) {
    return failure.lasts(all, nowNs);
  }

  private static long sinceMs(InstanceView instance) {
    return instance.verdict().map(Verdict::sinceMs).orElse(0L);
  }
}
