package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who could take the place of an instance, the best first, and why the others could not.
 *
 * <p>The pool is the service's backups and every registered instance that is not active. What runs
 * already comes before what has to be started, and hot before warm; then priority, then another
 * zone than the failed one's (what shares a zone fails together), then the id. One that failed
 * within the last minute, or that has passed for less than ten seconds, or is of another version,
 * is taken only when nobody else serves, and then as the last. One that has to be started, and
 * whose node is not there, is no candidate until it is. With the failback {@code none}, one that
 * failed is taken only when it is named.
 */
final class Candidates {
  /** Of a standby that no backup record names. */
  static final int DEFAULT_PRIORITY = 100;

  /** For how long one must have passed. */
  static final long SETTLED_MS = 10_000;

  /** For how long one that failed is left alone. */
  static final long FAILED_LATELY_MS = 60_000;

  /** Only who names it may have it. */
  private static final String RETIRED = "failed, and the policy wants it back by hand only";

  /** The name under which an instance's metadata say which version it is. */
  static final String VERSION = "version";

  private static final int MAX_PORT = 65_535;

  private static final Comparator<Candidate> ORDER =
      Comparator.comparing(Candidate::doubtful)
          .thenComparing(Candidate::cold)
          .thenComparing(Candidate::warm)
          .thenComparingInt(Candidate::priority)
          .thenComparing(Candidate::sameZone)
          .thenComparing(Candidate::id);

  /**
   * A member of the pool.
   *
   * @param mode "running", or that of its backup record
   * @param warm whether it runs without what the failed one has: nobody says that it is a hot one
   * @param whyNot empty when it may be activated
   */
  record Candidate(
      String id,
      String mode,
      boolean doubtful,
      boolean cold,
      boolean warm,
      int priority,
      boolean sameZone,
      Optional<String> whyNot) {}

  private Candidates() {}

  /**
   * The ids of those that may be activated, in order.
   *
   * @param tried those that are not asked again
   */
  static List<String> of(Snapshot snapshot, String failed, List<String> tried, long wallMs) {
    boolean desperate = !snapshot.servedWithout(failed);
    return all(snapshot, failed, tried, desperate, wallMs).stream()
        .filter(c -> c.whyNot().isEmpty())
        .map(Candidate::id)
        .toList();
  }

  /** Whether one that somebody chose may be activated: then it need not be settled. */
  static Optional<String> whyNot(
      Snapshot snapshot, String failed, String chosen, List<String> tried, long wallMs) {
    return all(snapshot, failed, tried, true, wallMs).stream()
        .filter(c -> c.id().equals(chosen))
        .findFirst()
        .map(c -> c.whyNot().filter(why -> !why.equals(RETIRED)))
        .orElse(Optional.of("is neither registered nor a backup of the service"));
  }

  /**
   * Everybody in the pool, the best first.
   *
   * @param desperate whether those are taken too that may fail again
   */
  static List<Candidate> all(
      Snapshot snapshot, String failed, List<String> tried, boolean desperate, long wallMs) {
    Optional<String> zone = snapshot.instance(failed).map(i -> i.registration().zone());
    TreeSet<String> ids = new TreeSet<>(snapshot.backups().keySet());
    snapshot.view().instances().forEach(i -> ids.add(i.key().id()));
    List<Candidate> found = new ArrayList<>();
    for (String id : ids) {
      if (!id.equals(failed) && !activeWithout(snapshot, id)) {
        found.add(candidate(snapshot, failed, id, zone, tried, desperate, wallMs));
      }
    }
    found.sort(ORDER);
    return found;
  }

  private static boolean activeWithout(Snapshot snapshot, String id) {
    return snapshot.instance(id).filter(snapshot::active).isPresent();
  }

  private static Candidate candidate(
      Snapshot snapshot,
      String failed,
      String id,
      Optional<String> failedZone,
      List<String> tried,
      boolean desperate,
      long wallMs) {
    Optional<Backup> backup = Optional.ofNullable(snapshot.backups().get(id));
    Optional<InstanceView> instance = snapshot.instance(id);
    boolean runs = instance.filter(InstanceView::passing).isPresent();
    boolean cold = !runs && backup.filter(b -> b.mode() != BackupMode.COLD).isEmpty();
    String zone =
        instance
            .map(InstanceView::registration)
            .map(Registration::zone)
            .or(() -> backup.map(Backup::zone))
            .orElse("");
    Optional<String> doubt =
        doubt(snapshot, id, wallMs).or(() -> otherVersion(snapshot, failed, instance));
    Optional<String> never =
        tried.contains(id)
            ? Optional.of("did not come up in this incident")
            : never(snapshot, id, backup, instance, wallMs);
    return new Candidate(
        id,
        runs ? "running" : backup.map(b -> b.mode().name()).orElse("COLD"),
        doubt.isPresent(),
        cold,
        backup.filter(b -> b.mode() == BackupMode.HOT).isEmpty(),
        backup.map(Backup::priority).orElse(DEFAULT_PRIORITY),
        failedZone.filter(zone::equals).isPresent(),
        never.or(() -> retired(snapshot, id)).or(() -> desperate ? Optional.empty() : doubt));
  }

  private static Optional<String> retired(Snapshot snapshot, String id) {
    return Failbacks.retired(snapshot, id) ? Optional.of(RETIRED) : Optional.empty();
  }

  private static Optional<String> never(
      Snapshot snapshot,
      String id,
      Optional<Backup> backup,
      Optional<InstanceView> instance,
      long wallMs) {
    if (snapshot.beingHandled(id) && !snapshot.passing(id)) {
      return Optional.of("failed, and is being brought back");
    }
    if (instance.isEmpty()) {
      return startable(backup)
          ? away(snapshot, id)
          : Optional.of("does not run, and nothing starts it");
    }
    if (instance.get().inMaintenance(wallMs)) {
      return Optional.of("is in maintenance");
    }
    Health health = instance.get().health();
    if (instance.get().passing()) {
      return Optional.empty();
    }
    boolean startsAgain = health == Health.DOWN && cold(backup);
    return startable(backup) && (health == Health.STARTING || startsAgain)
        ? away(snapshot, id)
        : Optional.of("is " + health.name().toLowerCase(Locale.ROOT));
  }

  /** Whether both say which version they are, and it is not the same. */
  private static Optional<String> otherVersion(
      Snapshot snapshot, String failed, Optional<InstanceView> candidate) {
    Optional<String> wanted = snapshot.instance(failed).flatMap(Candidates::version);
    return candidate
        .flatMap(Candidates::version)
        .filter(version -> wanted.filter(w -> !w.equals(version)).isPresent())
        .map(version -> "is version " + version + ", and not " + wanted.orElse(""));
  }

  private static Optional<String> version(InstanceView instance) {
    return Optional.ofNullable(instance.registration().meta().get(VERSION));
  }

  private static boolean cold(Optional<Backup> backup) {
    return backup.filter(b -> b.mode() == BackupMode.COLD).isPresent();
  }

  private static Optional<String> away(Snapshot snapshot, String id) {
    return Optional.ofNullable(snapshot.away().get(id));
  }

  private static Optional<String> doubt(Snapshot snapshot, String id, long wallMs) {
    boolean failedLately =
        snapshot.incidents().values().stream()
            .filter(i -> i.order().isEmpty() && i.phase() != Phase.ABORTED)
            .anyMatch(i -> i.failed().equals(id) && wallMs - i.openedAtMs() < FAILED_LATELY_MS);
    if (failedLately) {
      return Optional.of("failed less than " + FAILED_LATELY_MS / 1_000 + " s ago");
    }
    if (snapshot.beingHandled(id)) {
      return Optional.of("is on probation");
    }
    if (snapshot.down(id)) {
      return Optional.of("is down, and would have to be started again");
    }
    boolean young =
        snapshot
            .instance(id)
            .filter(InstanceView::passing)
            .flatMap(InstanceView::verdict)
            .map(Verdict::sinceMs)
            .filter(since -> wallMs - since < SETTLED_MS)
            .isPresent();
    return young
        ? Optional.of("has passed for less than " + SETTLED_MS / 1_000 + " s")
        : Optional.empty();
  }

  private static boolean startable(Optional<Backup> backup) {
    return backup
        .filter(b -> b.mode() != BackupMode.COLD || b.driver().isPresent())
        .filter(b -> !b.host().isEmpty() && b.port() >= 1 && b.port() <= MAX_PORT)
        .isPresent();
  }
}
