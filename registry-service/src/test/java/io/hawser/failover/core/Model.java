package io.hawser.failover.core;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Epoch;
import io.hawser.model.Facet;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
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
import io.hawser.model.RoleTerm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An exclusive service with three instances, a store with compare-and-set and fences, two managers
 * of which one after the other holds the lease, and two balancers that go by what they last read
 * for the term of a role. The managers' decisions are those of the real core; the world around them
 * does only what a {@link Move} has it do.
 */
final class Model {
  /** What may happen next. */
  enum Move {
    /** The manager decides, and its write arrives. */
    ACT,
    /** The manager decides, and its write is on its way for longer than it waits. */
    ACT_LATE,
    /** What is on its way arrives. */
    ARRIVE,
    /** The lease runs out: another manager takes it, and reads everything. */
    FOLLOW,
    /** The manager that was followed does not know it, and decides once more. */
    OLD_ACTS,
    TICK,
    READ_0,
    READ_1,
    /** The one that failed passes again. */
    RETURN,
    /** The candidate fails. */
    FALL
  }

  /** What is wrong with the world, to show that it would be noticed. */
  enum Fault {
    NONE,
    /** The store compares nothing, and fences nobody. */
    BLIND_STORE,
    /** The managers' clock runs twice as fast as the balancers'. */
    FAST_CLOCK
  }

  static final String SERVICE = "db";
  private static final List<String> IDS = List.of("one", "three", "two");
  private static final long TICK_MS = (RoleTerm.MS + RoleTerm.MARGIN_MS) / 2;
  private static final Limits LIMITS = new Limits(3 * TICK_MS, 3, 1, 1, 1, 0, 1_000);

  private record Line(Facet value, long revision) {}

  private record Message(Map<FacetKey, Facet> values, Map<FacetKey, Long> expected, long term) {}

  private static final class Manager {
    final ServiceFailover core = new ServiceFailover(LIMITS);
    final long term;
    Map<FacetKey, Line> book;

    Manager(long term, Map<FacetKey, Line> book) {
      this.term = term;
      this.book = new HashMap<>(book);
    }
  }

  private record Reading(Optional<String> holder, long atMs) {}

  private final Fault fault;
  private final Map<FacetKey, Line> store = new HashMap<>();
  private final Map<String, Health> health = new TreeMap<>();
  private final Reading[] balancers = new Reading[2];
  private final List<Message> late = new ArrayList<>();
  private final StringBuilder soft = new StringBuilder();
  private Manager manager;
  private Optional<Manager> old = Optional.empty();
  private long revision = 1;
  private long nowMs = 1_000_000;
  final Map<String, Integer> activations = new TreeMap<>();

  Model(Fault fault) {
    this.fault = fault;
    IDS.forEach(id -> health.put(id, Health.UP));
    health.put("one", Health.DOWN);
    store.put(
        key(Kind.ROLE, "one"), new Line(new RoleRecord(Role.ACTIVE, new Epoch(1), "", ""), 1));
    balancers[0] = new Reading(Optional.of("one"), nowMs);
    balancers[1] = balancers[0];
    manager = new Manager(1, store);
  }

  private static FacetKey key(Kind kind, String name) {
    return new FacetKey(kind, SERVICE, name);
  }

  // ---- moves

  /** Whether the move is possible now and makes a difference. */
  boolean may(Move move) {
    return switch (move) {
      case ACT, FOLLOW, TICK -> true;
      case ACT_LATE -> late.isEmpty();
      case ARRIVE -> !late.isEmpty();
      case OLD_ACTS -> old.isPresent();
      case READ_0 -> !balancers[0].equals(read());
      case READ_1 -> balancers[0].equals(read()) && !balancers[1].equals(read());
      case RETURN -> health.get("one") == Health.DOWN;
      case FALL -> candidate().filter(id -> health.get(id) == Health.UP).isPresent();
    };
  }

  /** The manager reads everything again, as it does now and then. */
  void refresh() {
    manager.book = new HashMap<>(store);
  }

  void make(Move move) {
    switch (move) {
      case ACT -> act(manager, false);
      case ACT_LATE -> act(manager, true);
      case ARRIVE -> commit(late.removeFirst());
      case FOLLOW -> {
        old = Optional.of(manager);
        manager = new Manager(manager.term + 1, store);
        soft.setLength(0);
      }
      case OLD_ACTS -> act(old.orElseThrow(), false);
      case TICK -> nowMs += TICK_MS;
      case READ_0 -> balancers[0] = read();
      case READ_1 -> balancers[1] = read();
      case RETURN -> health.put("one", Health.UP);
      case FALL -> health.put(candidate().orElseThrow(), Health.DOWN);
    }
    if (move != Move.READ_0 && move != Move.READ_1) {
      soft.append(move.name().charAt(0)).append(nowMs - 1_000_000).append(' ');
    }
  }

  private void act(Manager who, boolean slow) {
    long managersMs = fault == Fault.FAST_CLOCK ? 2 * nowMs : nowMs;
    List<Effect> effects =
        who.core.decide(snapshot(who), Surroundings.calm(who.term), managersMs * 1_000_000, nowMs);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Write write -> write(who, write, slow);
        case Effect.RaiseFence raise ->
            who.core.answered(raise.ask(), new Outcome.Ok<>(1), managersMs * 1_000_000);
        case Effect.Drive ignored -> throw new AssertionError("no drivers here");
        case Effect.Register ignored -> throw new AssertionError("all are registered");
        case Effect.Hook ignored -> throw new AssertionError("no hooks here");
      }
    }
  }

  private void write(Manager who, Effect.Write write, boolean slow) {
    Map<FacetKey, Facet> values = new HashMap<>();
    values.put(key(Kind.INCIDENT, write.id()), write.next());
    write.roles().forEach((id, role) -> values.put(key(Kind.ROLE, id), role));
    write.guard().ifPresent(guard -> values.put(Book.guardKey(SERVICE), guard));
    Map<FacetKey, Long> expected = new HashMap<>();
    values.keySet().forEach(k -> expected.put(k, revision(who.book, k)));
    Message message = new Message(values, expected, who.term);
    if (slow) {
      late.add(message);
    } else {
      commit(message);
    }
    // Whether it was written, refused or not heard of: what the store has is what counts.
    who.book = new HashMap<>(store);
  }

  private static long revision(Map<FacetKey, Line> lines, FacetKey key) {
    return lines.containsKey(key) ? lines.get(key).revision() : Book.ABSENT;
  }

  private void commit(Message message) {
    boolean current =
        message.expected().entrySet().stream()
            .allMatch(e -> revision(store, e.getKey()) == e.getValue());
    boolean fenced = message.term() < manager.term;
    if ((current && !fenced) || fault == Fault.BLIND_STORE) {
      revision++;
      message.values().forEach((k, v) -> store.put(k, new Line(v, revision)));
      count(message);
    }
  }

  private void count(Message message) {
    message
        .values()
        .forEach(
            (k, v) -> {
              if (v instanceof RoleRecord role && role.role() == Role.ACTIVE) {
                activations.merge(role.incident() + " " + role.epoch().value(), 1, Integer::sum);
              }
            });
  }

  // ---- looking

  private Snapshot snapshot(Manager who) {
    Map<String, RoleRecord> roles = new HashMap<>();
    TreeMap<String, Incident> incidents = new TreeMap<>();
    who.book.forEach(
        (k, line) -> {
          if (line.value() instanceof RoleRecord role) {
            roles.put(k.name(), role);
          } else if (line.value() instanceof Incident incident) {
            incidents.put(k.name(), incident);
          }
        });
    List<InstanceView> views =
        IDS.stream().map(id -> view(id, Optional.ofNullable(roles.get(id)))).toList();
    Line guard = who.book.get(Book.guardKey(SERVICE));
    return new Snapshot(
        new ServiceView(SERVICE, views),
        Map.of(),
        Map.of(),
        new Policy(Optional.empty(), 0, true),
        roles,
        incidents,
        Optional.empty(),
        Epoch.NONE,
        guard == null ? FailoverGuard.NONE : (FailoverGuard) guard.value(),
        Optional.empty());
  }

  private InstanceView view(String id, Optional<RoleRecord> role) {
    Registration registration =
        new Registration("h", 1, "life", 1, "", List.of(), Map.of(), Role.STANDBY, 0, List.of(), 0);
    Verdict verdict =
        new Verdict(
            "life",
            health.getOrDefault(id, Health.UP),
            900_000,
            "seen",
            new NodeId("n"),
            List.of());
    return new InstanceView(
        new InstanceKey(SERVICE, id), registration, Optional.of(verdict), Optional.empty(), role);
  }

  private Reading read() {
    return new Reading(actives().stream().findFirst(), nowMs);
  }

  /** Who is active by the store. */
  List<String> actives() {
    return IDS.stream()
        .filter(
            id ->
                Optional.ofNullable(store.get(key(Kind.ROLE, id)))
                    .map(Line::value)
                    .filter(v -> v instanceof RoleRecord role && role.role() == Role.ACTIVE)
                    .isPresent())
        .toList();
  }

  /** Who is routed by any balancer at this moment. */
  Set<String> routed() {
    Set<String> routed = new HashSet<>();
    for (Reading reading : balancers) {
      if (nowMs - reading.atMs() < RoleTerm.MS) {
        reading.holder().ifPresent(routed::add);
      }
    }
    return routed;
  }

  private Optional<String> candidate() {
    return incidents().stream()
        .map(Incident::candidate)
        .filter(id -> !id.isEmpty())
        .reduce((first, last) -> last);
  }

  List<Incident> incidents() {
    return store.values().stream()
        .map(Line::value)
        .filter(Incident.class::isInstance)
        .map(Incident.class::cast)
        .toList();
  }

  /** Whether all that was begun has come to an end. */
  boolean ended() {
    return incidents().stream().noneMatch(Snapshot::unfinished);
  }

  /** Two worlds with the same digest go on in the same way. */
  String digest() {
    return store
        + " "
        + health
        + " "
        + (nowMs - balancers[0].atMs())
        + balancers[0].holder()
        + (nowMs - balancers[1].atMs())
        + balancers[1].holder()
        + late
        + manager.term
        + old.map(o -> o.term + " " + o.book)
        + soft;
  }
}
