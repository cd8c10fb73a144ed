package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who could take the place of an instance, the best first.
 *
 * <p>The pool is the service's backups and every registered standby that passes. What runs already
 * comes before what has to be started; then priority, then another zone than the failed one's (what
 * shares a zone fails together), then the id.
 */
final class Candidates {
  /** Of a standby that no backup record names. */
  static final int DEFAULT_PRIORITY = 100;

  private static final int MAX_PORT = 65_535;

  private static final Comparator<Candidate> ORDER =
      Comparator.comparing(Candidate::cold)
          .thenComparingInt(Candidate::priority)
          .thenComparing(Candidate::sameZone)
          .thenComparing(Candidate::id);

  private record Candidate(String id, boolean cold, int priority, boolean sameZone) {}

  private Candidates() {}

  /**
   * The ids of the candidates in order.
   *
   * @param tried those that are not asked again
   */
  static List<String> of(Snapshot snapshot, String failed, List<String> tried, long wallMs) {
    Optional<String> zone = snapshot.instance(failed).map(i -> i.registration().zone());
    TreeSet<String> ids = new TreeSet<>(snapshot.backups().keySet());
    snapshot.view().instances().forEach(i -> ids.add(i.key().id()));
    List<Candidate> found = new ArrayList<>();
    for (String id : ids) {
      if (!id.equals(failed) && !tried.contains(id) && !snapshot.beingHandled(id)) {
        candidate(snapshot, id, zone, wallMs).ifPresent(found::add);
      }
    }
    return found.stream().sorted(ORDER).map(Candidate::id).toList();
  }

  private static Optional<Candidate> candidate(
      Snapshot snapshot, String id, Optional<String> failedZone, long wallMs) {
    Optional<Backup> backup = Optional.ofNullable(snapshot.backups().get(id));
    Optional<InstanceView> instance = snapshot.instance(id);
    if (!(instance.isPresent() ? usable(instance.get(), backup, wallMs) : startable(backup))) {
      return Optional.empty();
    }
    boolean runs = instance.filter(InstanceView::passing).isPresent();
    boolean cold = !runs && backup.filter(b -> b.mode() != BackupMode.COLD).isEmpty();
    String zone =
        instance
            .map(InstanceView::registration)
            .map(Registration::zone)
            .or(() -> backup.map(Backup::zone))
            .orElse("");
    return Optional.of(
        new Candidate(
            id,
            cold,
            backup.map(Backup::priority).orElse(DEFAULT_PRIORITY),
            failedZone.filter(zone::equals).isPresent()));
  }

  private static boolean startable(Optional<Backup> backup) {
    return backup
        .filter(b -> b.mode() != BackupMode.COLD || b.driver().isPresent())
        .filter(b -> !b.host().isEmpty() && b.port() >= 1 && b.port() <= MAX_PORT)
        .isPresent();
  }

  private static boolean usable(InstanceView instance, Optional<Backup> backup, long wallMs) {
    if (instance.role() == Role.ACTIVE || instance.inMaintenance(wallMs)) {
      return false;
    }
    return instance.passing() || (instance.health() == Health.STARTING && startable(backup));
  }
}
