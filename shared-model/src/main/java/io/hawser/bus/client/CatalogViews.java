package io.hawser.bus.client;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;

/**
 * What readers see of the catalog. One thread writes; any thread reads and never waits. A write
 * costs the same however many instances its service has: the view of a service is put together when
 * it is first read after a change.
 *
 * <p>Each service has a number that rises when a facet of one of its instances is applied here.
 * Services that nobody knows any more share the highest of the numbers that were forgotten.
 */
final class CatalogViews {
  /** The view of a service with the number that it had before the view was put together. */
  record Numbered(long number, ServiceView view) {}

  private static final Set<Kind> OF_INSTANCES =
      Set.of(Kind.REGISTRATION, Kind.VERDICT, Kind.MAINTENANCE, Kind.ROLE);

  private static final Comparator<FacetKey> BY_NAME =
      Comparator.comparing(FacetKey::scope).thenComparing(FacetKey::name);

  private static final class Service {
    private final ConcurrentSkipListSet<String> ids = new ConcurrentSkipListSet<>();
    private volatile long number;
    private volatile Numbered view;
    private int entries;

    Service(String name) {
      view = new Numbered(-1, new ServiceView(name, List.of()));
    }
  }

  private final Map<FacetKey, Entry> entries = new ConcurrentHashMap<>();
  private final Map<Kind, ConcurrentSkipListMap<FacetKey, Facet>> values =
      new EnumMap<>(Kind.class);
  private final Map<String, Service> services = new ConcurrentHashMap<>();

  /** Those that have instances. */
  private final ConcurrentSkipListSet<String> names = new ConcurrentSkipListSet<>();

  private volatile long forgottenNumber;
  private volatile long changes;
  private long lastNumber;

  CatalogViews() {
    for (Kind kind : Kind.values()) {
      values.put(kind, new ConcurrentSkipListMap<>(BY_NAME));
    }
  }

  // ---- writing

  void apply(Entry entry) {
    FacetKey key = entry.key();
    Entry old = entries.put(key, entry);
    Map<FacetKey, Facet> ofKind = ofKind(key.kind());
    entry.value().ifPresentOrElse(value -> ofKind.put(key, value), () -> ofKind.remove(key));
    if (OF_INSTANCES.contains(key.kind())) {
      Service service = services.computeIfAbsent(key.scope(), Service::new);
      service.entries += old == null ? 1 : 0;
      if (key.kind() == Kind.REGISTRATION) {
        registration(entry, service);
      }
      if (old != null && old.value().equals(entry.value())) {
        // Written again as it was: nobody is woken for that.
        changed();
        return;
      }
      // Last, so that who reads the number first never has it of a state that it has not seen.
      service.number = ++lastNumber;
    }
    changed();
  }

  private void registration(Entry entry, Service service) {
    FacetKey key = entry.key();
    boolean unused = entry.deleted() ? service.ids.remove(key.name()) : service.ids.add(key.name());
    unused = service.ids.isEmpty() ? names.remove(key.scope()) : names.add(key.scope());
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void changed() {
    changes++;
  }

  void forget(FacetKey key) {
    Entry old = entries.remove(key);
    changed();
    Service service = services.get(key.scope());
    if (old != null && service != null && OF_INSTANCES.contains(key.kind())) {
      service.entries--;
      if (service.entries == 0) {
        forgottenNumber = Math.max(forgottenNumber, service.number);
        services.remove(key.scope());
      }
    }
  }

  // ---- reading

  /** How many changes there have been. */
  long changes() {
    return changes;
  }

  /** Every entry of these kinds, deletions among them. */
  List<Entry> entries(Predicate<Kind> kinds) {
    return entries.values().stream().filter(entry -> kinds.test(entry.key().kind())).toList();
  }

  int size() {
    return entries.size();
  }

  Optional<Entry> entry(FacetKey key) {
    return Optional.ofNullable(entries.get(key));
  }

  <F extends Facet> Optional<F> get(FacetKey key, Class<F> type) {
    return entry(key).flatMap(Entry::value).map(type::cast);
  }

  <F extends Facet> Map<FacetKey, F> all(Kind kind, Class<F> type) {
    Map<FacetKey, F> found = new LinkedHashMap<>();
    ofKind(kind).forEach((key, value) -> found.put(key, type.cast(value)));
    return found;
  }

  /** The services that have instances, in order, as they are at any time. */
  Set<String> services() {
    return Collections.unmodifiableSet(names);
  }

  Optional<InstanceView> instance(InstanceKey key) {
    return get(FacetKey.of(Kind.REGISTRATION, key), Facet.Registration.class)
        .map(
            registration ->
                new InstanceView(
                    key,
                    registration,
                    get(FacetKey.of(Kind.VERDICT, key), Facet.Verdict.class),
                    get(FacetKey.of(Kind.MAINTENANCE, key), Facet.Maintenance.class),
                    get(FacetKey.of(Kind.ROLE, key), Facet.RoleRecord.class)));
  }

  long number(String name) {
    Service service = services.get(name);
    return service == null ? forgottenNumber : service.number;
  }

  Numbered service(String name) {
    Service service = services.get(name);
    if (service == null) {
      return new Numbered(forgottenNumber, new ServiceView(name, List.of()));
    }
    long number = service.number;
    Numbered known = service.view;
    if (known.number() == number) {
      return known;
    }
    List<InstanceView> instances = new ArrayList<>();
    service.ids.forEach(id -> instance(new InstanceKey(name, id)).ifPresent(instances::add));
    Numbered made = new Numbered(number, new ServiceView(name, instances));
    service.view = made;
    return made;
  }

  private ConcurrentSkipListMap<FacetKey, Facet> ofKind(Kind kind) {
    return values.getOrDefault(kind, new ConcurrentSkipListMap<>(BY_NAME));
  }
}
