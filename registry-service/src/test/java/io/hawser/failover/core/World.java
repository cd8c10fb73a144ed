package io.hawser.failover.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.catalog.Catalog;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Entry;
import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Order;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Pause;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A catalog with one service in it, hands of a clock, and a manager that can be replaced. */
final class World {
  static final String SERVICE = "echo";
  static final NodeId NODE = new NodeId("node-0");
  static final Limits LIMITS = new Limits(15_000, 3, 3, 5_000, 10_000, 0, 1_000);

  final Catalog catalog = new Catalog();
  final TreeSet<String> ids = new TreeSet<>();
  final TreeSet<String> incidentIds = new TreeSet<>();
  final List<Event.Body> events = new ArrayList<>();
  final List<Effect> calls = new ArrayList<>();
  final Map<String, Integer> activations = new TreeMap<>();
  Limits limits = LIMITS;
  ServiceFailover manager = new ServiceFailover(LIMITS);
  long nowNs = Long.MAX_VALUE - 7_000_000_000L;
  final Map<String, String> versions = new HashMap<>();
  final Map<String, String> away = new HashMap<>();
  Optional<Snapshot.Gone> lastActive = Optional.empty();
  Epoch ownerEpoch = Epoch.NONE;
  Policy policy = new Policy(Optional.empty(), 0);
  FailoverGuard guard = FailoverGuard.NONE;
  Optional<Pause> pause = Optional.empty();
  Surroundings around = Surroundings.calm(1);
  long wallMs = 1_760_000_000_000L;
  private long hlc;

  // ---- what others write

  void put(FacetKey key, Facet value) {
    apply(key, Optional.of(value));
  }

  void delete(FacetKey key) {
    apply(key, Optional.empty());
  }

  private void apply(FacetKey key, Optional<Facet> value) {
    hlc++;
    if (!catalog.apply(new Entry(key, value, new Stamp(hlc, NODE)))) {
      throw new AssertionError("a newer stamp was refused");
    }
  }

  static FacetKey key(Kind kind, String id) {
    return new FacetKey(kind, SERVICE, id);
  }

  @CanIgnoreReturnValue
  World instance(String id, Role wished, Health health) {
    return instance(id, wished, health, "a");
  }

  @CanIgnoreReturnValue
  World instance(String id, Role wished, Health health, String zone) {
    ids.add(id);
    put(
        key(Kind.REGISTRATION, id),
        new Registration(
            "127.0.0.1",
            9000,
            "life-1",
            7,
            zone,
            List.of(),
            versions.containsKey(id) ? Map.of("version", versions.get(id)) : Map.of(),
            wished,
            0,
            List.of(),
            wallMs));
    return health(id, health);
  }

  /** As it says from its next registration on. */
  @CanIgnoreReturnValue
  World version(String id, String version) {
    versions.put(id, version);
    return this;
  }

  @CanIgnoreReturnValue
  World health(String id, Health health) {
    long sinceMs = health == Health.UP ? wallMs - Candidates.SETTLED_MS : wallMs;
    put(key(Kind.VERDICT, id), new Verdict("life-1", health, sinceMs, "refused", NODE, List.of()));
    return this;
  }

  void deregister(String id) {
    if (role(id) == Role.ACTIVE) {
      lastActive = Optional.of(new Snapshot.Gone(id, wallMs));
    }
    delete(key(Kind.REGISTRATION, id));
  }

  void maintenance(String id, long forMs) {
    put(key(Kind.MAINTENANCE, id), new Maintenance("work", "ann", wallMs + forMs));
  }

  @CanIgnoreReturnValue
  World backup(String id, BackupMode mode, int priority, String zone) {
    ids.add(id);
    Optional<DriverRef> driver =
        mode == BackupMode.COLD
            ? Optional.of(new DriverRef("process", Map.of("template", "echo")))
            : Optional.empty();
    put(key(Kind.BACKUP, id), new Backup("127.0.0.1", 9100, mode, priority, zone, driver));
    return this;
  }

  @CanIgnoreReturnValue
  World recoveryDriver() {
    policy = new Policy(Optional.of(new DriverRef("process", Map.of("template", "echo"))), 0);
    return this;
  }

  // ---- what the manager sees and does

  Snapshot snapshot() {
    Map<String, Backup> backups = new HashMap<>();
    Map<String, RoleRecord> roles = new HashMap<>();
    TreeMap<String, Incident> incidents = new TreeMap<>();
    for (String id : ids) {
      catalog.get(key(Kind.BACKUP, id), Backup.class).ifPresent(b -> backups.put(id, b));
      catalog.get(key(Kind.ROLE, id), RoleRecord.class).ifPresent(r -> roles.put(id, r));
    }
    for (String id : incidentIds) {
      catalog.get(key(Kind.INCIDENT, id), Incident.class).ifPresent(i -> incidents.put(id, i));
    }
    return new Snapshot(
        catalog.service(SERVICE),
        backups,
        away,
        policy,
        roles,
        incidents,
        gone(),
        ownerEpoch,
        guard,
        pause);
  }

  private Optional<Snapshot.Gone> gone() {
    return lastActive.filter(g -> catalog.instance(new InstanceKey(SERVICE, g.id())).isEmpty());
  }

  List<Effect> decide() {
    Snapshot snapshot = snapshot();
    List<Effect> effects = manager.decide(snapshot, around, nowNs, wallMs);
    if (snapshot.settled() && !(effects.isEmpty() && staysAtRest(snapshot))) {
      throw new AssertionError("a settled service has something to be done: " + snapshot);
    }
    return effects;
  }

  /** Whether nothing comes to be due in a day without a change. */
  private boolean staysAtRest(Snapshot snapshot) {
    ServiceFailover other = new ServiceFailover(limits);
    long dayMs = 86_400_000;
    return other.decide(snapshot, around, nowNs, wallMs).isEmpty()
        && other.decide(snapshot, around, nowNs + dayMs * 1_000_000, wallMs + dayMs).isEmpty();
  }

  /** One decision, carried out. Returns whether there was a write. */
  @CanIgnoreReturnValue
  boolean step() {
    boolean wrote = false;
    for (Effect effect : decide()) {
      wrote |= carryOut(effect);
    }
    return wrote;
  }

  /** Decisions until nothing is left to be written. */
  void settle() {
    for (int i = 0; step(); i++) {
      if (i > 100) {
        throw new AssertionError("decisions without an end: " + events);
      }
    }
  }

  boolean carryOut(Effect effect) {
    switch (effect) {
      case Effect.Write write -> {
        write(write);
        return true;
      }
      case Effect.Drive drive -> calls.add(drive);
      case Effect.Register register -> calls.add(register);
      case Effect.RaiseFence fence -> calls.add(fence);
      case Effect.Hook hook -> calls.add(hook);
    }
    return false;
  }

  private void write(Effect.Write write) {
    FacetKey incident = key(Kind.INCIDENT, write.id());
    if (!catalog.get(incident, Incident.class).equals(write.expected())) {
      throw new AssertionError("the decision was made on another record than is there");
    }
    incidentIds.add(write.id());
    put(incident, write.next());
    write
        .roles()
        .forEach(
            (id, role) -> {
              ids.add(id);
              put(key(Kind.ROLE, id), role);
              if (role.role() == Role.ACTIVE && !id.equals(write.next().failed())) {
                activations.merge(write.id() + " " + id + " " + role.epoch(), 1, Integer::sum);
              }
            });
    write.guard().ifPresent(next -> guard = next);
    events.addAll(write.events());
  }

  void advance(long ms) {
    nowNs += ms * 1_000_000;
    wallMs += ms;
  }

  /** The manager dies; another one, which knows only the catalog, goes on. */
  void nextManager() {
    manager = new ServiceFailover(limits);
  }

  /** Those that come back have to pass for so long before that counts. */
  void probation(long ms) {
    limits =
        new Limits(
            LIMITS.activationTimeoutMs(),
            LIMITS.candidates(),
            LIMITS.recoveryAttempts(),
            LIMITS.recoveryBackoffMs(),
            LIMITS.recoveryVerifyMs(),
            ms,
            LIMITS.perMinute());
    nextManager();
  }

  /** Time passes as it does for a manager: it looks twice a second. */
  void live(long ms) {
    for (long left = ms; left > 0; left -= 500) {
      advance(500);
      settle();
    }
  }

  // ---- looking

  Incident incident() {
    return catalog.get(key(Kind.INCIDENT, incidentIds.last()), Incident.class).orElseThrow();
  }

  Role role(String id) {
    return catalog
        .get(key(Kind.ROLE, id), RoleRecord.class)
        .map(RoleRecord::role)
        .or(() -> catalog.instance(new InstanceKey(SERVICE, id)).map(InstanceView::role))
        .orElseThrow();
  }

  RoleRecord roleRecord(String id) {
    return catalog.get(key(Kind.ROLE, id), RoleRecord.class).orElseThrow();
  }

  Effect.Drive lastDrive() {
    return (Effect.Drive) calls.getLast();
  }

  /** An order that is taken. */
  void order(OrderKind kind, String instance, String candidate) {
    Outcome<Effect.Write> taken =
        ServiceFailover.order(
            snapshot(), around, instance, new Order(kind, candidate, "ann", "work"), wallMs);
    if (!(taken instanceof Outcome.Ok<Effect.Write> ok)) {
      throw new AssertionError("refused: " + taken);
    }
    write(ok.value());
  }

  void ok(Ask ask) {
    manager.answered(ask, new Outcome.Ok<>("ok"), nowNs);
  }

  void refuse(Ask ask) {
    manager.answered(ask, new Outcome.Rejected<>("no-template", "none"), nowNs);
  }

  List<String> steps() {
    return incident().steps().stream().map(Facet.IncidentStep::name).toList();
  }
}
