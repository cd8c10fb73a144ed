package io.hawser.failover;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.failover.core.Snapshot;
import io.hawser.model.Entry;
import io.hawser.model.Epoch;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
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

  FailoverRecords(CatalogReplica catalog) {
    this.catalog = catalog;
  }

  /** Takes in what was there before the first change was told. */
  void load() {
    catalog.all(Kind.BACKUP, Backup.class).keySet().forEach(this::add);
    catalog.all(Kind.ROLE, RoleRecord.class).keySet().forEach(this::add);
    catalog.all(Kind.INCIDENT, Incident.class).keySet().forEach(this::add);
    catalog.all(Kind.PROCESS_OWNER, ProcessOwner.class).keySet().forEach(this::add);
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
        case REGISTRATION, VERDICT, MAINTENANCE, POLICY -> services.add(key.scope());
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
    return new Snapshot(catalog.service(service), backups, recovery, roles, incidents, ownerEpoch);
  }
}
