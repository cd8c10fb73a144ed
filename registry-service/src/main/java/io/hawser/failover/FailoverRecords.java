package io.hawser.failover;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.ServiceView;
import io.hawser.failover.core.Snapshot;
import io.hawser.failover.core.Snapshot.Gone;
import io.hawser.model.Entry;
import io.hawser.model.Epoch;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.DriverRef;
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
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the records of a service in the catalog without looking at all of it: an index of keys,
 * whose values are read anew each time. Owned by one verticle.
 */
final class FailoverRecords {
  private final CatalogReplica catalog;
  private final Map<String, Set<FacetKey>> keys = new HashMap<>();

  /** By service, the id of an instance that was active when it was last looked at. */
  private final Map<String, String> lastActive = new HashMap<>();

  FailoverRecords(CatalogReplica catalog) {
    this.catalog = catalog;
  }

  /** Takes in what was there before the first change was told. */
  void load() {
    catalog.all(Kind.BACKUP, Backup.class).keySet().forEach(this::add);
    catalog.all(Kind.ROLE, RoleRecord.class).keySet().forEach(this::add);
    catalog.all(Kind.INCIDENT, Incident.class).keySet().forEach(this::add);
    catalog.all(Kind.PROCESS_OWNER, ProcessOwner.class).keySet().forEach(this::add);
    catalog.all(Kind.REGISTRATION, Registration.class).forEach(this::registered);
  }

  private void registered(FacetKey key, Registration registration) {
    Role role =
        catalog
            .get(new FacetKey(Kind.ROLE, key.scope(), key.name()), RoleRecord.class)
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
        case BACKUP, ROLE, INCIDENT, PROCESS_OWNER -> {
          add(key);
          services.add(key.scope());
        }
        case REGISTRATION -> {
          entry.value().ifPresent(value -> registered(key, (Registration) value));
          services.add(key.scope());
        }
        case VERDICT, MAINTENANCE, POLICY -> services.add(key.scope());
        case ROUTE, RULE, ALERT, RECEIVER -> {}
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
    return all;
  }

  /** The incidents of all services. */
  Map<FacetKey, Incident> incidents() {
    Map<FacetKey, Incident> found = new HashMap<>();
    for (Set<FacetKey> known : keys.values()) {
      for (FacetKey key : known) {
        if (key.kind() == Kind.INCIDENT) {
          catalog.get(key, Incident.class).ifPresent(i -> found.put(key, i));
        }
      }
    }
    return found;
  }

  /** Whether an incident's failed instance is down in the life in which it failed. */
  boolean stillDown(Incident incident) {
    return catalog
        .instance(new InstanceKey(incident.service(), incident.failed()))
        .filter(i -> i.health() == Health.DOWN)
        .filter(i -> i.registration().incarnation().equals(incident.failedIncarnation()))
        .isPresent();
  }

  /**
   * The roles and owners of instances that are neither registered nor a backup nor in an incident
   * that goes on. The owner of a process that may still run stays: its node is live.
   */
  Set<FacetKey> unowned(Set<NodeId> live) {
    Set<FacetKey> unowned = new HashSet<>();
    for (String service : List.copyOf(keys.keySet())) {
      Snapshot snapshot = snapshot(service);
      for (FacetKey key : keys.getOrDefault(service, Set.of())) {
        boolean ofInstance =
            key.kind() == Kind.ROLE || (key.kind() == Kind.PROCESS_OWNER && !ownerLives(key, live));
        if (ofInstance && !snapshot.needs(key.name())) {
          unowned.add(key);
        }
      }
    }
    return unowned;
  }

  private boolean ownerLives(FacetKey key, Set<NodeId> live) {
    return catalog.get(key, ProcessOwner.class).filter(o -> live.contains(o.node())).isPresent();
  }

  Snapshot snapshot(String service) {
    Map<String, Backup> backups = new HashMap<>();
    Map<String, RoleRecord> roles = new HashMap<>();
    TreeMap<String, Incident> incidents = new TreeMap<>();
    Epoch ownerEpoch = Epoch.NONE;
    Set<FacetKey> known = keys.getOrDefault(service, Set.of());
    for (FacetKey key : List.copyOf(known)) {
      Optional<Facet> value = catalog.get(key, Facet.class);
      if (value.isEmpty()) {
        known.remove(key);
      } else if (value.get() instanceof Backup backup) {
        backups.put(key.name(), backup);
      } else if (value.get() instanceof RoleRecord role) {
        roles.put(key.name(), role);
      } else if (value.get() instanceof Incident incident) {
        incidents.put(key.name(), incident);
      } else if (value.get() instanceof ProcessOwner owner && owner.epoch() > ownerEpoch.value()) {
        ownerEpoch = new Epoch(owner.epoch());
      }
    }
    if (known.isEmpty()) {
      keys.remove(service);
    }
    Optional<DriverRef> recovery =
        catalog.get(new FacetKey(Kind.POLICY, service, ""), Policy.class).flatMap(Policy::recovery);
    ServiceView view = catalog.service(service);
    if (view.instances().isEmpty()) {
      lastActive.remove(service);
    }
    return new Snapshot(view, backups, recovery, roles, incidents, gone(view, roles), ownerEpoch);
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
