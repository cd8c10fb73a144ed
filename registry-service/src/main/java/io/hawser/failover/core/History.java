package io.hawser.failover.core;

import io.hawser.model.Facet.Incident;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** How much of the past is kept. */
public final class History {
  /** Ended incidents that stay in the catalog, the newest ones. */
  public static final int MAX_ENDED = 100;

  private History() {}

  /** The ended incidents beyond those that stay, of all services together. */
  public static <K> List<K> surplus(Map<K, Incident> incidents) {
    return incidents.entrySet().stream()
        .filter(e -> !Snapshot.unfinished(e.getValue()))
        .sorted(
            Comparator.comparingLong((Map.Entry<K, Incident> e) -> e.getValue().openedAtMs())
                .reversed())
        .skip(MAX_ENDED)
        .map(Map.Entry::getKey)
        .toList();
  }
}
