package io.hawser.failover.core;

import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** How much of the past is kept. */
public final class History {
  /** Ended incidents that stay, the newest ones, beside those of the last minutes. */
  public static final int MAX_ENDED = 100;

  /** Of these, how many one service may have. */
  public static final int MAX_ENDED_OF_SERVICE = 20;

  private History() {}

  /**
   * The ended incidents beyond those that stay.
   *
   * @param stillDown whether the failed instance still is what the incident was opened for: without
   *     its record the failure would look like a new one, unless it was aborted: then it is one
   * @param wallMs the time now: what is so young that a crash loop is told by it stays
   */
  public static <K> List<K> surplus(
      Map<K, Incident> incidents, Predicate<Incident> stillDown, long wallMs) {
    List<Map.Entry<K, Incident>> ended =
        incidents.entrySet().stream()
            .filter(e -> !Snapshot.unfinished(e.getValue()))
            .filter(e -> e.getValue().phase() == Phase.ABORTED || !stillDown.test(e.getValue()))
            .sorted(
                Comparator.comparingLong((Map.Entry<K, Incident> e) -> e.getValue().openedAtMs())
                    .reversed())
            .toList();
    Map<String, Integer> kept = new HashMap<>();
    List<K> surplus = new ArrayList<>();
    int all = 0;
    for (Map.Entry<K, Incident> entry : ended) {
      int ofService = kept.getOrDefault(entry.getValue().service(), 0);
      boolean young = wallMs - entry.getValue().openedAtMs() < RecoveryOfFailed.LOOP_MS;
      if ((all < MAX_ENDED || young) && ofService < MAX_ENDED_OF_SERVICE) {
        all++;
        kept.put(entry.getValue().service(), ofService + 1);
      } else {
        surplus.add(entry.getKey());
      }
    }
    return surplus;
  }
}
