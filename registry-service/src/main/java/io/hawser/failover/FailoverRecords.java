package io.hawser.failover;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.failover.core.Book;
import io.hawser.failover.core.Snapshot;
import io.hawser.failover.core.Snapshot.Gone;
import io.hawser.failover.driver.Homes;
import io.hawser.failover.driver.ProcessDriver;
import io.hawser.model.Entry;
import io.hawser.model.Epoch;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts together what the catalog and the store say of a service. Backups and owners are found in
 * the catalog without looking at all of it, by an index of keys whose values are read anew each
 * time. Owned by one verticle.
 */
final class FailoverRecords {
  private final CatalogReplica catalog;
  private final Homes homes;
  private final Book book = new Book();
  private final Map<String, Set<FacetKey>> keys = new HashMap<>();

  /** By service, the id of an instance that was active when it was last looked at. */
  private final Map<String, String> lastActive = new HashMap<>();

  FailoverRecords(CatalogReplica catalog, Homes homes) {
    this.catalog = catalog;
    this.homes = homes;
  }

  /** What the store has, as far as this node's manager knows. */
  Book book() {
    return book;
  }

  /** Takes in what was there before the first change was told. */
  void load() {
    catalog.all(Kind.BACKUP, Backup.class).keySet().forEach(this::add);
    catalog.all(Kind.PROCESS_OWNER, ProcessOwner.class).keySet().forEach(this::add);
    catalog.all(Kind.REGISTRATION, Registration.class).forEach(this::registered);
  }

  private void registered(FacetKey key, Registration registration) {
    Role role =
        book.get(new FacetKey(Kind.ROLE, key.scope(), key.name()), RoleRecord.class)
            .map(RoleRecord::role)
            .orElse(registration.wishedRole());
    if (role == Role.ACTIVE) {
      lastActive.put(key.scope(), key.name());
    }
  }

  /** Takes in changes, and returns the services that they may matter for. */
  Set<String> changed(List<Entry> entries) {
    Set<String> services = new HashSet<>();
    for (Entry entry : entries) {
      FacetKey key = entry.key();
      switch (key.kind()) {
        case BACKUP, PROCESS_OWNER -> {
          add(key);
          services.add(key.scope());
        }
        case REGISTRATION -> {
          entry.value().ifPresent(value -> registered(key, (Registration) value));
          services.add(key.scope());
        }
        case VERDICT, MAINTENANCE, POLICY -> services.add(key.scope());
        default -> {}
      }
    }
    return services;
  }

  private void add(FacetKey key) {
    keys.computeIfAbsent(key.scope(), s -> new HashSet<>()).add(key);
  }

  /** Every service that has instances or records. */
  Set<String> services() {
    Set<String> all = new TreeSet<>(catalog.services());
    all.addAll(keys.keySet());
    all.addAll(book.services());
    return all;
  }

  /** Those of which there are records beside instances and policies. */
  Set<String> recorded() {
    Set<String> recorded = new HashSet<>(keys.keySet());
    recorded.addAll(book.services());
    return recorded;
  }

  /** Those of {@link #services} that have a policy or backups, or may be blocked or paused. */
  Set<String> governed() {
    Set<String> governed = new TreeSet<>(recorded());
    for (FacetKey policy : catalog.all(Kind.POLICY, Policy.class).keySet()) {
      String service = policy.scope();
      if (keys.containsKey(service) || !catalog.service(service).instances().isEmpty()) {
        governed.add(service);
      }
    }
    return governed;
  }

  /** Whether an incident's failed instance is down in the life in which it failed. */
  boolean stillDown(Incident incident) {
    if (incident.failed().isEmpty()) {
      return false;
    }
    return catalog
        .instance(new InstanceKey(incident.service(), incident.failed()))
        .filter(i -> i.health() == Health.DOWN)
        .filter(i -> i.registration().incarnation().equals(incident.failedIncarnation()))
        .isPresent();
  }

  /**
   * The roles and owners of instances that are neither registered nor a backup nor in an incident
   * that goes on, and the guards of services of which nothing else is left. The owner of a process
   * that may still run stays: its node is live.
   */
  Set<FacetKey> unowned(Set<NodeId> live) {
    Set<FacetKey> unowned = new HashSet<>();
    for (String service : recorded()) {
      Snapshot snapshot = snapshot(service);
      for (String instance : snapshot.roles().keySet()) {
        if (!snapshot.needs(instance)) {
          unowned.add(new FacetKey(Kind.ROLE, service, instance));
        }
      }
      for (FacetKey key : keys.getOrDefault(service, Set.of())) {
        if (key.kind() == Kind.PROCESS_OWNER
            && !ownerLives(key, live)
            && !snapshot.needs(key.name())) {
          unowned.add(key);
        }
      }
      if (snapshot.forsaken()) {
        unowned.add(Book.guardKey(service));
      }
    }
    return unowned;
  }

  private boolean ownerLives(FacetKey key, Set<NodeId> live) {
    return catalog.get(key, ProcessOwner.class).filter(o -> live.contains(o.node())).isPresent();
  }

  Snapshot snapshot(String service) {
    Map<String, Backup> backups = new HashMap<>();
    Epoch ownerEpoch = book.forgotten().epoch();
    Set<FacetKey> known = keys.getOrDefault(service, Set.of());
    for (FacetKey key : List.copyOf(known)) {
      Optional<Facet> value = catalog.get(key, Facet.class);
      if (value.isEmpty()) {
        known.remove(key);
      } else if (value.get() instanceof Backup backup) {
        backups.put(key.name(), backup);
      } else if (value.get() instanceof ProcessOwner owner && owner.epoch() > ownerEpoch.value()) {
        ownerEpoch = new Epoch(owner.epoch());
      }
    }
    if (known.isEmpty()) {
      keys.remove(service);
    }
    Map<String, RoleRecord> roles = book.roles(service);
    ServiceView view = withRoles(catalog.service(service), roles);
    if (view.instances().isEmpty()) {
      lastActive.remove(service);
    }
    return new Snapshot(
        view,
        backups,
        away(service, backups),
        catalog
            .get(new FacetKey(Kind.POLICY, service, ""), Policy.class)
            .orElse(Snapshot.NO_POLICY),
        roles,
        book.incidents(service),
        gone(view, roles),
        ownerEpoch,
        book.guard(service),
        book.pause(service));
  }

  private Map<String, String> away(String service, Map<String, Backup> backups) {
    Map<String, String> away = new HashMap<>();
    backups.forEach(
        (id, backup) ->
            whyAway(new InstanceKey(service, id), backup).ifPresent(why -> away.put(id, why)));
    return away;
  }

  private Optional<String> whyAway(InstanceKey instance, Backup backup) {
    return backup
        .driver()
        .filter(driver -> backup.mode() == BackupMode.COLD)
        .filter(driver -> driver.name().equals(ProcessDriver.NAME))
        .flatMap(driver -> homes.whyNone(instance, driver, backup.host()));
  }

  /** The roles as the book has them: the catalog may be behind those or ahead of them. */
  private static ServiceView withRoles(ServiceView view, Map<String, RoleRecord> roles) {
    return new ServiceView(
        view.service(),
        view.instances().stream()
            .map(i -> withRole(i, Optional.ofNullable(roles.get(i.key().id()))))
            .toList());
  }

  private static InstanceView withRole(InstanceView i, Optional<RoleRecord> role) {
    return i.roleRecord().equals(role)
        ? i
        : new InstanceView(i.key(), i.registration(), i.verdict(), i.maintenance(), role);
  }

  /** A role record outlives the registration, and is known to a manager that has just begun. */
  private Optional<Gone> gone(ServiceView view, Map<String, RoleRecord> roles) {
    return roles.entrySet().stream()
        .filter(e -> e.getValue().role() == Role.ACTIVE)
        .map(Map.Entry::getKey)
        .sorted()
        .filter(id -> view.instance(id).isEmpty())
        .findFirst()
        .or(() -> Optional.ofNullable(lastActive.get(view.service())))
        .filter(id -> view.instance(id).isEmpty())
        .map(id -> new Gone(id, deregisteredMs(view.service(), id)));
  }

  private long deregisteredMs(String service, String id) {
    return catalog
        .stamp(new FacetKey(Kind.REGISTRATION, service, id))
        .map(Stamp::wallMs)
        .orElse(0L);
  }
}
