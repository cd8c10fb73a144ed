package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Pause;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the catalog and the store say of one service at one moment. Immutable.
 *
 * @param view with the roles as the store has them
 * @param backups by instance id
 * @param away of backups that have to be started, why nobody is there who could; by instance id
 * @param roles by instance id, those of instances that are not registered among them
 * @param incidents by incident id
 * @param gone the active instance that was deregistered or evicted last, when it has not come back
 * @param ownerEpoch the highest epoch that a process driver has seen for an instance of the
 *     service, or that a service had whose guard was deleted
 */
public record Snapshot(
    ServiceView view,
    Map<String, Backup> backups,
    Map<String, String> away,
    Policy policy,
    Map<String, RoleRecord> roles,
    SortedMap<String, Incident> incidents,
    Optional<Gone> gone,
    Epoch ownerEpoch,
    FailoverGuard guard,
    Optional<Pause> pause) {

  /** Of a service that nobody has given one. */
  public static final Policy NO_POLICY = new Policy(Optional.empty(), 0);

  /**
   * An instance that was active and is registered no more.
   *
   * @param sinceMs as the deletion of its registration is stamped
   */
  public record Gone(String id, long sinceMs) {}

  public Snapshot {
    backups = Map.copyOf(backups);
    away = Map.copyOf(away);
    roles = Map.copyOf(roles);
    incidents = Collections.unmodifiableSortedMap(new TreeMap<>(incidents));
  }

  public String service() {
    return view.service();
  }

  /**
   * Whether nothing comes to be due without a change, however much time passes: there are no
   * records, and every instance is active and not down.
   */
  public boolean settled() {
    boolean unrecorded =
        backups.isEmpty()
            && roles.isEmpty()
            && incidents.isEmpty()
            && gone.isEmpty()
            && pause.isEmpty()
            && policy.equals(NO_POLICY)
            && guard.equals(FailoverGuard.NONE);
    return unrecorded
        && view.instances().stream().allMatch(i -> active(i) && i.health() != Health.DOWN);
  }

  /** Whether nothing is left of the service but its guard. */
  public boolean forsaken() {
    return view.instances().isEmpty()
        && backups.isEmpty()
        && roles.isEmpty()
        && incidents.isEmpty()
        && pause.isEmpty()
        && policy.equals(NO_POLICY)
        && !guard.equals(FailoverGuard.NONE);
  }

  Optional<InstanceView> instance(String id) {
    return view.instance(id);
  }

  boolean exclusive() {
    return policy.exclusive();
  }

  /** Whether somebody is to stand by: then it is told when nobody can. */
  boolean wantsPool() {
    return !backups.isEmpty() || policy.poolMinimum() > 0;
  }

  Optional<DriverRef> recoveryDriver() {
    return policy.recovery();
  }

  /** Whether an instance is active. In an exclusive service the wish to be counts for nothing. */
  boolean active(InstanceView instance) {
    return exclusive()
        ? instance.roleRecord().filter(r -> r.role() == Role.ACTIVE).isPresent()
        : instance.role() == Role.ACTIVE;
  }

  /** Whether the service has instances and none of them is active. */
  boolean vacant() {
    return !view.instances().isEmpty() && view.instances().stream().noneMatch(this::active);
  }

  /** Whether an active instance beside this one passes. */
  boolean servedWithout(String id) {
    return view.instances().stream()
        .anyMatch(i -> active(i) && i.passing() && !i.key().id().equals(id));
  }

  /**
   * Those whose record says that they are active, registered or not; the last one is the newest.
   */
  List<String> activeByRecord() {
    return roles.entrySet().stream()
        .filter(e -> e.getValue().role() == Role.ACTIVE)
        .sorted(
            Comparator.comparing((Map.Entry<String, RoleRecord> e) -> e.getValue().epoch())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  Optional<Pause> pausedAt(long wallMs) {
    return pause.filter(p -> wallMs < p.untilMs());
  }

  boolean passing(String id) {
    return instance(id).filter(InstanceView::passing).isPresent();
  }

  boolean down(String id) {
    return instance(id).filter(i -> i.health() == Health.DOWN).isPresent();
  }

  boolean inMaintenance(String id, long wallMs) {
    return instance(id).filter(i -> i.inMaintenance(wallMs)).isPresent();
  }

  /** Whether an incident is about to change who serves: at most one of a service is. */
  boolean activationOpen() {
    return incidents.values().stream().anyMatch(i -> !i.activationDone());
  }

  /** Whether the manager is still at work on an instance's failure. */
  boolean beingHandled(String failed) {
    return incidents.values().stream().anyMatch(i -> i.failed().equals(failed) && unfinished(i));
  }

  /**
   * The incidents of an instance's failures, by id, without those that are history: whose place was
   * taken, and who was made active again by a later one since. It may fail anew.
   */
  Map<String, Incident> present(String failed) {
    Map<String, Incident> present = new TreeMap<>();
    Optional<RoleRecord> role =
        Optional.ofNullable(roles.get(failed)).filter(r -> r.role() == Role.ACTIVE);
    incidents.forEach(
        (id, incident) -> {
          boolean history =
              incident.activationDone()
                  && role.filter(r -> !r.incident().equals(id))
                      .filter(r -> r.epoch().newerThan(incident.epoch()))
                      .isPresent();
          if (incident.failed().equals(failed) && !history) {
            present.put(id, incident);
          }
        });
    return present;
  }

  /** Whether somebody still goes by the records of an instance. */
  public boolean needs(String id) {
    return instance(id).isPresent()
        || backups.containsKey(id)
        || incidents.values().stream()
            .filter(Snapshot::unfinished)
            .anyMatch(i -> i.failed().equals(id) || i.candidate().equals(id));
  }

  /**
   * Higher than every epoch that the service has seen. What drivers have seen outlives roles and
   * incidents: it is on their disks.
   */
  Epoch nextEpoch() {
    Stream<Epoch> ofRoles = roles.values().stream().map(RoleRecord::epoch);
    Stream<Epoch> ofIncidents = incidents.values().stream().map(Incident::epoch);
    Stream<Epoch> ofRecords = Stream.concat(ofRoles, ofIncidents);
    return Stream.concat(ofRecords, Stream.of(ownerEpoch, guard.epoch()))
        .max(Epoch::compareTo)
        .orElse(Epoch.NONE)
        .next();
  }

  /** Whether something is still to be done, for traffic or for the failed instance. */
  public static boolean unfinished(Incident incident) {
    return !incident.ended()
        || incident.recovery() == Recovery.WAITING
        || incident.recovery() == Recovery.TRYING;
  }
}
