package io.hawser.failover;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.MassFailure;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Tells the definition of a mass failure what the catalog says. Owned by one verticle. */
final class Wave {
  /** Who has not looked for so long has not seen when the others fell. */
  private static final long UNSEEN_NS = TimeUnit.SECONDS.toNanos(5);

  private final CatalogReplica catalog;
  private final MassFailure failure = new MassFailure();
  private final Map<String, Set<InstanceKey>> seen = new HashMap<>();
  private OptionalLong lookedNs = OptionalLong.empty();
  private int all;

  Wave(CatalogReplica catalog) {
    this.catalog = catalog;
  }

  /**
   * Looks at these services, or at all when it has not looked for long. An instance that is down
   * fell when it is first seen so; at a look at all when its verdict says, which is another node's
   * clock.
   */
  void look(Set<String> due, long nowNs, long wallMs) {
    boolean watched = lookedNs.isPresent() && nowNs - lookedNs.getAsLong() < UNSEEN_NS;
    lookedNs = OptionalLong.of(nowNs);
    Set<String> services = new HashSet<>(due);
    if (!watched) {
      services.addAll(seen.keySet());
      services.addAll(catalog.services());
    }
    List<InstanceView> down = new ArrayList<>();
    services.forEach(service -> down.addAll(downIn(service)));
    down.sort(Comparator.comparingLong(Wave::sinceMs));
    for (InstanceView instance : down) {
      long agoMs = watched ? 0 : Math.max(0, wallMs - sinceMs(instance));
      failure.fell(instance.key(), nowNs - TimeUnit.MILLISECONDS.toNanos(agoMs));
    }
  }

  /** Those that had instances when it last looked. */
  Set<String> services() {
    return Set.copyOf(seen.keySet());
  }

  /** Looks at one service in between, so that what falls with it is not told too late. */
  void look(String service, long nowNs) {
    if (lookedNs.isPresent() && nowNs - lookedNs.getAsLong() < UNSEEN_NS) {
      downIn(service).forEach(instance -> failure.fell(instance.key(), nowNs));
    }
  }

  private List<InstanceView> downIn(String service) {
    List<InstanceView> down = new ArrayList<>();
    Set<InstanceKey> present = new HashSet<>();
    for (InstanceView instance : catalog.service(service).instances()) {
      present.add(instance.key());
      if (instance.health() == Health.DOWN) {
        down.add(instance);
      } else {
        failure.stands(instance.key());
      }
    }
    Set<InstanceKey> before = seen.getOrDefault(service, Set.of());
    before.stream().filter(key -> !present.contains(key)).forEach(failure::stands);
    all += present.size() - before.size();
    if (present.isEmpty()) {
      seen.remove(service);
    } else {
      seen.put(service, present);
    }
    return down;
  }

  boolean lasts(long nowNs) {
    return failure.lasts(all, nowNs);
  }

  private static long sinceMs(InstanceView instance) {
    return instance.verdict().map(Verdict::sinceMs).orElse(0L);
  }
}
