package io.hawser.protocol;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.hard.HardKeys;
import io.hawser.failover.core.Snapshot;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.RoleTerm;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.protocol.Ledger.Line;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A state of the world. Changed only by whoever has just made or copied it. */
final class Scene {
  final Rules rules;
  long nowMs;
  Ledger ledger;

  /** When the lease was granted or renewed last, as its leader knows. */
  long grantedMs;

  final List<Seat> seats = new ArrayList<>();
  final List<Balancer> balancers = new ArrayList<>();
  Optional<Letter> late = Optional.empty();
  final Map<String, Health> health = new TreeMap<>();

  /** Whether a process of the cold one runs. */
  boolean started;

  /** Who was given the role of the active one under which epoch. */
  final Map<Long, String> issued = new TreeMap<>();

  final Map<Move.Kind, Integer> made = new EnumMap<>(Move.Kind.class);
  Optional<String> wrong = Optional.empty();

  private Scene(Rules rules) {
    this.rules = rules;
    this.ledger = new Ledger();
  }

  /** The first one is active, is routed, and is down. */
  static Scene first(Rules rules) {
    Scene scene = new Scene(rules);
    RoleRecord active = new RoleRecord(Role.ACTIVE, new Epoch(1), "", "");
    FacetKey role = Seat.key(Kind.ROLE, Rules.FIRST);
    StorageOp put =
        new Put(HardKeys.of(role), Ledger.blob(active), Expect.ANY, Life.FOREVER, List.of());
    scene.ledger = scene.ledger.change(put).next();
    scene.issued.put(1L, Rules.FIRST);
    scene.health.put(Rules.FIRST, Health.DOWN);
    scene.health.put(Rules.STANDBY, Health.UP);
    for (int i = 0; i < 2; i++) {
      scene.seats.add(new Seat("m" + i, rules.permille(i), Rules.limits(), 0));
      scene.balancers.add(Balancer.reading(rules, scene.ledger.records(), 0));
    }
    return scene;
  }

  Scene copy() {
    Scene copy = new Scene(rules);
    copy.nowMs = nowMs;
    copy.ledger = ledger;
    copy.grantedMs = grantedMs;
    copy.seats.addAll(seats);
    copy.balancers.addAll(balancers);
    copy.late = late;
    copy.health.putAll(health);
    copy.started = started;
    copy.issued.putAll(issued);
    copy.made.putAll(made);
    copy.wrong = wrong;
    return copy;
  }

  // ---- looking

  /** The term under which a manager acts; {@link Seat#UNREAD} when it does not. */
  long acts(int manager) {
    Seat seat = seats.get(manager);
    return rules.fault() == Fault.LAPSED_MANAGER ? seat.readFor : seat.term(nowMs);
  }

  List<String> actives() {
    return ledger.records().entrySet().stream()
        .filter(e -> e.getValue().value() instanceof RoleRecord r && r.role() == Role.ACTIVE)
        .map(e -> e.getKey().name())
        .sorted()
        .toList();
  }

  List<Incident> incidents() {
    return ledger.records().values().stream()
        .map(Line::value)
        .filter(Incident.class::isInstance)
        .map(Incident.class::cast)
        .toList();
  }

  /** Whether all that was begun has come to an end. */
  boolean ended() {
    return incidents().stream().noneMatch(Snapshot::unfinished);
  }

  /** Whether somebody serves, if anybody can, and is not held back for failing too often. */
  boolean served() {
    boolean anybody = health.containsValue(Health.UP);
    boolean blocked =
        ledger.records().values().stream()
            .anyMatch(l -> l.value() instanceof FailoverGuard g && g.blockedUntilMs() > 0);
    return !anybody || blocked || actives().stream().anyMatch(id -> health.get(id) == Health.UP);
  }

  /** Who is about to be active, or has just become so. */
  Optional<String> candidate() {
    return incidents().stream()
        .map(Incident::candidate)
        .filter(id -> !id.isEmpty())
        .reduce((first, last) -> last);
  }

  private Set<String> routed() {
    Set<String> routed = new TreeSet<>();
    balancers.forEach(b -> b.routes(rules, nowMs).ifPresent(routed::add));
    return routed;
  }

  /** What is wrong. */
  Optional<String> wrong() {
    if (wrong.isPresent()) {
      return wrong;
    }
    if (actives().size() > 1) {
      return Optional.of("active by the store: " + actives());
    }
    if (rules.exclusive() && routed().size() > 1) {
      return Optional.of("routed at the same time: " + routed());
    }
    if (rules.exclusive() && lockedOut()) {
      return Optional.of("the store refuses what the active one writes");
    }
    long acting = seats.stream().filter(s -> acts(seats.indexOf(s)) != Seat.UNREAD).count();
    if (acting > 1) {
      return Optional.of("two managers act at the same time");
    }
    long open = incidents().stream().filter(i -> !i.activationDone()).count();
    return open > 1 ? Optional.of(open + " incidents change who is active") : Optional.empty();
  }

  private boolean lockedOut() {
    long highest = ledger.highest(fence());
    return ledger.records().values().stream()
        .anyMatch(
            line ->
                line.value() instanceof RoleRecord role
                    && role.role() == Role.ACTIVE
                    && role.epoch().value() < highest);
  }

  /** Two with the same text go on in the same way. */
  String identity() {
    Identity identity = new Identity();
    long held = ledger.lease().map(StorageOp.LeaseState::epoch).orElse(Seat.UNREAD);
    long begun = ledger.highest(FailoverClient.LEASE);
    identity.term(held);
    identity.term(begun);
    for (int i = 0; i < seats.size(); i++) {
      identity.term(acts(i));
    }
    late.ifPresent(letter -> identity.term(letter.term()));
    StringBuilder text = new StringBuilder(ledger.words());
    text.append('|').append(identity.rank(held)).append(identity.rank(begun));
    text.append(held == Seat.UNREAD ? "" : leaseAge());
    text.append('|').append(ledger.highest(fence())).append(issued).append(started).append(health);
    for (int i = 0; i < seats.size(); i++) {
      text.append('|').append(seats.get(i).text(ledger.records(), acts(i), nowMs, identity));
    }
    balancers.stream()
        .map(b -> b.text(rules, nowMs))
        .sorted()
        .forEach(b -> text.append('|').append(b));
    late.ifPresent(letter -> text.append('|').append(text(letter, identity)));
    return text.append(made).append(wrong.orElse("")).toString();
  }

  private String leaseAge() {
    return "/" + ledger.lease().orElseThrow().holder() + Math.min(Seat.LEASE_MS, nowMs - grantedMs);
  }

  static String fence() {
    return RoleTerm.fence(Rules.SERVICE);
  }

  private String text(Letter letter, Identity identity) {
    return switch (letter) {
      case Letter.Records records ->
          dead(records) ? "dead" : identity.rank(records.term()) + words(records);
      case Letter.Change change -> identity.rank(change.term()) + change.op().toString();
      case Letter.Start start -> identity.rank(start.term()) + start.instance().id();
    };
  }

  /** Whether the store will refuse it whatever happens. */
  private boolean dead(Letter.Records records) {
    return rules.fault() != Fault.BLIND_STORE
        && records.expected().entrySet().stream()
            .anyMatch(
                e -> {
                  Line there = ledger.records().get(e.getKey());
                  return e.getValue() != (there == null ? 0 : there.revision());
                });
  }

  private static String words(Letter.Records records) {
    Map<String, String> words = new TreeMap<>();
    records.values().forEach((key, value) -> words.put(key.toString(), Identity.word(value)));
    return words.toString();
  }
}
