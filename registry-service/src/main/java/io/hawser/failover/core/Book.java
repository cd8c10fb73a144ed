package io.hawser.failover.core;

import io.hawser.model.Facet;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Pause;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The incidents, roles, guards and pauses, each at the revision at which the store has it as far as
 * this manager knows. It read them when its term began, and has written all changes since; a write
 * that is refused shows that it is wrong, and has it read them again. Not thread-safe: owned by one
 * verticle.
 */
public final class Book {
  /** Of a record that is not there. */
  public static final long ABSENT = 0;

  /** What stands for the services whose guards were deleted. */
  private static final String FORGOTTEN = "";

  private record Line(Facet value, long revision) {}

  private final Map<String, Map<FacetKey, Line>> scopes = new HashMap<>();

  /** Forgets everything. */
  public void clear() {
    scopes.clear();
  }

  /** The store has a record at a revision. */
  public void put(FacetKey key, Facet value, long revision) {
    scopes.computeIfAbsent(key.scope(), s -> new HashMap<>()).put(key, new Line(value, revision));
  }

  /** The store has a record no more. */
  public void remove(FacetKey key) {
    Map<FacetKey, Line> scope = scopes.getOrDefault(key.scope(), new HashMap<>());
    scope.remove(key);
    if (scope.isEmpty()) {
      scopes.remove(key.scope());
    }
  }

  /** What a write of the record has to expect. */
  public long revision(FacetKey key) {
    Line line = scope(key.scope()).get(key);
    return line == null ? ABSENT : line.revision();
  }

  public <F extends Facet> Optional<F> get(FacetKey key, Class<F> type) {
    return Optional.ofNullable(scope(key.scope()).get(key)).map(Line::value).map(type::cast);
  }

  /** Every record's key. */
  public Set<FacetKey> keys() {
    Set<FacetKey> keys = new HashSet<>();
    scopes.values().forEach(lines -> keys.addAll(lines.keySet()));
    return keys;
  }

  /** The services of which there are records. */
  public Set<String> services() {
    TreeSet<String> services = new TreeSet<>(scopes.keySet());
    boolean unused = services.remove(FORGOTTEN);
    return services;
  }

  /** The roles of a service, by instance. */
  public Map<String, RoleRecord> roles(String service) {
    return ofKind(service, Kind.ROLE, RoleRecord.class);
  }

  /** The incidents of a service, by id. */
  public SortedMap<String, Incident> incidents(String service) {
    return ofKind(service, Kind.INCIDENT, Incident.class);
  }

  private <F extends Facet> SortedMap<String, F> ofKind(String scope, Kind kind, Class<F> type) {
    TreeMap<String, F> found = new TreeMap<>();
    scope(scope)
        .forEach(
            (key, line) -> {
              if (key.kind() == kind) {
                found.put(key.name(), type.cast(line.value()));
              }
            });
    return found;
  }

  /** The incidents of all services. */
  public Map<FacetKey, Incident> incidents() {
    Map<FacetKey, Incident> found = new HashMap<>();
    scopes
        .values()
        .forEach(
            lines ->
                lines.forEach(
                    (key, line) -> {
                      if (line.value() instanceof Incident incident) {
                        found.put(key, incident);
                      }
                    }));
    return found;
  }

  public FailoverGuard guard(String service) {
    return get(guardKey(service), FailoverGuard.class).orElse(FailoverGuard.NONE);
  }

  public Optional<Pause> pause(String service) {
    return get(pauseKey(service), Pause.class);
  }

  /**
   * What is left of guards that are deleted: the highest of their epochs. Processes, and the fences
   * of the store, know those longer than any record lasts, should a service of that name come back.
   */
  public FailoverGuard forgotten() {
    return guard(FORGOTTEN);
  }

  public static FacetKey forgottenKey() {
    return guardKey(FORGOTTEN);
  }

  /** How many failovers of all services were begun in the minute before now. */
  public int begunWithin(long windowMs, long wallMs) {
    int begun = 0;
    for (String service : scopes.keySet()) {
      for (long atMs : guard(service).failoversAtMs()) {
        begun += wallMs - atMs < windowMs ? 1 : 0;
      }
    }
    return begun;
  }

  public static FacetKey guardKey(String service) {
    return new FacetKey(Kind.FAILOVER, service, "");
  }

  public static FacetKey pauseKey(String service) {
    return new FacetKey(Kind.PAUSE, service, "");
  }

  private Map<FacetKey, Line> scope(String scope) {
    return scopes.getOrDefault(scope, Map.of());
  }
}
