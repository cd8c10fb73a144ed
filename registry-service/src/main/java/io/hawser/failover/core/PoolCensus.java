package io.hawser.failover.core;

import io.hawser.failover.core.Candidates.Candidate;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Recovery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many of a service's pool there are of each mode and standing. Immutable.
 *
 * @param minimum how many are to be ready, by the policy
 */
public record PoolCensus(Map<Place, Integer> counts, int minimum) {
  /** How one of the pool stands. */
  public enum Standing {
    /** It may be activated now. */
    READY,
    /** It is the candidate of an incident, and not active yet. */
    RESERVED,
    /** It failed, could not be brought back, and nobody starts it any more. */
    QUARANTINED,
    /** It may not be activated just now, as {@code plan} says. */
    UNREADY
  }

  /**
   * @param mode cold: it has to be started; hot: it runs, and its backup record says that it has
   *     what the failed one has; warm: it runs
   */
  public record Place(BackupMode mode, Standing standing) {}

  public PoolCensus {
    counts = Map.copyOf(counts);
  }

  public static PoolCensus of(Snapshot snapshot, long wallMs) {
    Map<Place, Integer> counts = new HashMap<>();
    for (Candidate candidate : Candidates.all(snapshot, "", List.of(), false, wallMs)) {
      counts.merge(new Place(mode(candidate), standing(snapshot, candidate)), 1, Integer::sum);
    }
    return new PoolCensus(counts, snapshot.policy().poolMinimum());
  }

  public int count(BackupMode mode, Standing standing) {
    return counts.getOrDefault(new Place(mode, standing), 0);
  }

  /** Whether there is neither anybody in the pool nor anybody wanted. */
  public boolean empty() {
    return counts.isEmpty() && minimum == 0;
  }

  private static BackupMode mode(Candidate candidate) {
    if (candidate.cold()) {
      return BackupMode.COLD;
    }
    return candidate.warm() ? BackupMode.WARM : BackupMode.HOT;
  }

  private static Standing standing(Snapshot snapshot, Candidate candidate) {
    String id = candidate.id();
    boolean reserved =
        snapshot.incidents().values().stream()
            .anyMatch(i -> !i.activationDone() && i.candidate().equals(id));
    if (reserved) {
      return Standing.RESERVED;
    }
    if (candidate.whyNot().isEmpty()) {
      return Standing.READY;
    }
    boolean givenUp =
        !snapshot.passing(id)
            && snapshot.present(id).values().stream()
                .anyMatch(i -> i.recovery() == Recovery.GIVEN_UP);
    return givenUp ? Standing.QUARANTINED : Standing.UNREADY;
  }
}
