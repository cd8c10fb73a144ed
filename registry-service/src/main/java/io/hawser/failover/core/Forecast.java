package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.FailoverMessage.Prediction;
import io.hawser.model.FailoverMessage.Prospect;
import io.hawser.model.FailoverMessage.ServiceOutlook;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What would be done for a service if one of its active instances failed now. Changes nothing. */
public final class Forecast {
  private Forecast() {}

  public static ServiceOutlook of(
      Snapshot snapshot, Surroundings around, Limits limits, long wallMs) {
    List<Prediction> predictions =
        snapshot.view().instances().stream()
            .filter(snapshot::active)
            .map(i -> prediction(snapshot, around, limits, i, wallMs))
            .toList();
    return new ServiceOutlook(
        snapshot.service(),
        snapshot.exclusive(),
        Guards.isBlocked(snapshot.guard(), wallMs) ? snapshot.guard().blockedUntilMs() : 0,
        snapshot.pausedAt(wallMs),
        ready(snapshot, wallMs),
        snapshot.policy().poolMinimum(),
        predictions);
  }

  /** How many could be activated now. */
  public static int ready(Snapshot snapshot, long wallMs) {
    return (int)
        Candidates.all(snapshot, "", List.of(), false, wallMs).stream()
            .filter(c -> c.whyNot().isEmpty())
            .count();
  }

  private static Prediction prediction(
      Snapshot snapshot, Surroundings around, Limits limits, InstanceView active, long wallMs) {
    String id = active.key().id();
    List<String> pool = Candidates.of(snapshot, id, List.of(), wallMs);
    boolean desperate = !snapshot.servedWithout(id);
    List<Prospect> prospects =
        Candidates.all(snapshot, id, List.of(), desperate, wallMs).stream()
            .map(
                c -> new Prospect(c.id(), c.mode().toLowerCase(Locale.ROOT), c.whyNot().orElse("")))
            .toList();
    Optional<String> whyNot =
        active.inMaintenance(wallMs)
            ? Optional.of(id + " is in maintenance")
            : snapshot.activationOpen()
                ? Optional.of("a failover of the service is under way")
                : Guards.refusal(snapshot, around, id, limits, wallMs)
                    .or(
                        () ->
                            Guards.flaps(snapshot.guard(), wallMs)
                                ? Optional.of("it would be the third failover within a minute")
                                : Optional.empty())
                    .or(
                        () ->
                            pool.isEmpty() ? Optional.of("no backup is ready") : Optional.empty());
    return new Prediction(
        id, whyNot.isPresent() ? "" : pool.getFirst(), whyNot.orElse(""), prospects);
  }
}
