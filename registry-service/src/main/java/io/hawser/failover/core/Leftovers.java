package io.hawser.failover.core;

import io.hawser.model.FacetKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The records of instances that are gone for good. An instance that comes back within a day finds
 * its role as it was. Soft state: a new manager counts anew. Not thread-safe.
 */
public final class Leftovers {
  /** How long a record stays that belongs to nobody. */
  static final long LIFE_NS = TimeUnit.DAYS.toNanos(1);

  private final Map<FacetKey, Long> sinceNs = new HashMap<>();

  /**
   * Those to be deleted now.
   *
   * @param unowned every record that belongs to nobody just now
   */
  public List<FacetKey> due(Set<FacetKey> unowned, long nowNs) {
    sinceNs.keySet().retainAll(unowned);
    return unowned.stream()
        .filter(key -> nowNs - sinceNs.computeIfAbsent(key, k -> nowNs) >= LIFE_NS)
        .toList();
  }
}
