package io.hawser.registry.core.admission;

import io.hawser.catalog.Catalog;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What of the catalog has had its time: maintenance that is over, which ends for those who wait for
 * a change only when it is written, and verdicts on instances that are not there. Without state. To
 * be decided and written in one step of the catalog.
 */
public final class Tidy {
  /** For so long a verdict may be there before its registration has come from another node. */
  public static final long ORPHAN_MS = 60_000;

  private Tidy() {}

  /** Deletes those of the registers that have had their time. */
  public static Map<FacetKey, Optional<Facet>> writes(
      Catalog catalog, Collection<FacetKey> keys, long wallMs) {
    Map<FacetKey, Optional<Facet>> writes = new HashMap<>();
    for (FacetKey key : keys) {
      if (key.kind() == Kind.MAINTENANCE
          ? over(catalog, key, wallMs)
          : orphan(catalog, key, wallMs)) {
        writes.put(key, Optional.empty());
      }
    }
    return writes;
  }

  private static boolean over(Catalog catalog, FacetKey key, long wallMs) {
    return catalog.get(key, Maintenance.class).filter(m -> over(m, wallMs)).isPresent();
  }

  public static boolean over(Maintenance maintenance, long wallMs) {
    return maintenance.untilMs() <= wallMs;
  }

  private static boolean orphan(Catalog catalog, FacetKey key, long wallMs) {
    return catalog.get(key, Verdict.class).isPresent()
        && catalog.instance(key.instance()).isEmpty()
        && catalog.entry(key).filter(e -> wallMs - e.stamp().wallMs() > ORPHAN_MS).isPresent();
  }
}
