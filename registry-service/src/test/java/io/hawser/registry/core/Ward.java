package io.hawser.registry.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.sim.Program;
import io.hawser.sim.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Registry nodes that watch instances, in virtual time: what they say to one another, the beats
 * that come through gateways, and the checks, over links that lose packets.
 *
 * <p>The loss is that of a packet, each way by itself. What goes over TCP is not lost but late:
 * sent again after 200 ms, 400 ms and so on; a new connection after 1 s. A beat that is lost is
 * lost, as a client gives up and sends the next one. That is worse than most clients are.
 *
 * <p>Over 300 lines, as it is one small world.
 */
final class Ward {
  static final CheckSpec HTTP = new CheckSpec(CheckType.HTTP, "/health", 1_000, 1_000, 3, 2);
  private static final long TTL_MS = 3_000;

  private static final long BEAT_MS = 1_000;
  private static final long KEEPALIVE_MS = 250;

  /** How an instance is. */
  enum Condition {
    WELL,
    /** Killed: its port refuses. */
    KILLED,
    /** Stopped: the kernel takes connections, and nothing answers. */
    HUNG,
    /** Nothing comes through, either way. */
    BLACK
  }

  /** An instance. */
  static final class Patient {
    final InstanceKey key;
    final Registration registration;
    Condition condition = Condition.WELL;
    int gateway;
    long faultMs;

    Patient(InstanceKey key, Registration registration, int gateway) {
      this.key = key;
      this.registration = registration;
      this.gateway = gateway;
    }
  }

  /** A verdict that somebody gave. */
  record Given(long atMs, InstanceKey instance, Health health, NodeId by, boolean wasWell) {}

  final World<Object, Program<Object>> world;
  final Random random;

  /** Where the monotonic clocks start: with every other seed they pass their largest value soon. */
  final long startNs;

  final List<Nurse> nurses = new ArrayList<>();
  final Map<InstanceKey, Patient> patients = new HashMap<>();
  final List<Given> given = new ArrayList<>();
  private final Set<String> cuts = new HashSet<>();
  private final Set<String> warm = new HashSet<>();
  private double loss;
  private long stamps;

  Ward(long seed, int nodes) {
    world = new World<>(seed);
    random = world.random();
    startNs = seed % 2 == 0 ? Long.MAX_VALUE - ns(30_000) : 0;
    List<NodeId> ids = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      ids.add(new NodeId("node-" + i));
    }
    for (NodeId id : ids) {
      nurses.add(new Nurse(this, id, ids));
    }
    for (int i = 0; i < nodes; i++) {
      keepAlive(i);
    }
  }

  void loss(double value) {
    loss = value;
  }

  long nowMs() {
    return world.nowMs();
  }

  // ---- instances

  Patient admit(String service, String id, boolean beats, boolean checked) {
    Registration registration =
        new Registration(
            "127.0.0.1",
            9_000,
            "one",
            1,
            "default",
            List.of(),
            Map.of(),
            Role.ACTIVE,
            beats ? TTL_MS : 0,
            checked ? List.of(HTTP) : List.of(),
            0);
    InstanceKey key = new InstanceKey(service, id);
    Patient patient = new Patient(key, registration, random.nextInt(nurses.size()));
    patients.put(key, patient);
    InstanceView view =
        new InstanceView(key, registration, Optional.empty(), Optional.empty(), Optional.empty());
    nurses.forEach(nurse -> nurse.learn(view));
    if (beats) {
      world.after(random.nextLong(BEAT_MS), "beats", () -> beat(patient));
    }
    return patient;
  }

  Patient patient(InstanceKey key) {
    return Objects.requireNonNull(patients.get(key));
  }

  void befall(Patient patient, Condition condition) {
    patient.condition = condition;
    patient.faultMs = nowMs();
  }

  /** The balancer of one node cannot connect, and tells all. */
  void complain(int from, Patient patient) {
    for (int to = 0; to < nurses.size(); to++) {
      send(from, to, "complaint", nurse -> nurse.complaint(patient.key));
    }
  }

  /** How long it took until it was called down, from its fault on. */
  OptionalLong detectedAfterMs(Patient patient) {
    return given.stream()
        .filter(g -> g.instance().equals(patient.key) && g.health() == Health.DOWN)
        .filter(g -> g.atMs() >= patient.faultMs)
        .mapToLong(g -> g.atMs() - patient.faultMs)
        .findFirst();
  }

  /** How often it was said to come back since its fault. */
  long returns(Patient patient) {
    return given.stream()
        .filter(g -> g.instance().equals(patient.key) && g.atMs() >= patient.faultMs)
        .filter(g -> g.health() == Health.RECOVERING)
        .count();
  }

  long falseDowns() {
    return given.stream().filter(g -> g.health() == Health.DOWN && g.wasWell()).count();
  }

  // ---- links

  /** Nothing goes between these two any more. */
  void cut(int a, int b) {
    cuts.add(a + "-" + b);
    cuts.add(b + "-" + a);
  }

  void join() {
    cuts.clear();
  }

  boolean connected(int a, int b) {
    return !cuts.contains(a + "-" + b);
  }

  int index(NodeId id) {
    for (int i = 0; i < nurses.size(); i++) {
      if (nurses.get(i).id.equals(id)) {
        return i;
      }
    }
    throw new IllegalArgumentException(id.value());
  }

  /** Over TCP: late when something is lost, and not at all when the line is cut. */
  void send(int from, int to, Object what, Consumer<Nurse> action) {
    long delayMs = from == to ? 0 : 1 + random.nextLong(3) + legMs();
    world.after(
        delayMs,
        what,
        () -> {
          if (from == to || connected(from, to)) {
            nurses.get(to).whenAwake(action);
          }
        });
  }

  private boolean lost() {
    return random.nextDouble() < loss;
  }

  private boolean lostEitherWay() {
    boolean there = lost();
    return lost() || there;
  }

  /** How late one way over an open connection is. */
  private long legMs() {
    long lateMs = 0;
    for (long waitMs = 200; lost() && waitMs < 60_000; waitMs *= 2) {
      lateMs += waitMs;
    }
    return lateMs;
  }

  private long connectMs() {
    long lateMs = 0;
    for (long waitMs = 1_000; lostEitherWay() && waitMs < 60_000; waitMs *= 2) {
      lateMs += waitMs;
    }
    return lateMs;
  }

  // ---- beats

  private void beat(Patient patient) {
    world.after(BEAT_MS, "beats", () -> beat(patient));
    if (patient.condition != Condition.WELL || lost()) {
      return;
    }
    Nurse gateway = nurses.get(patient.gateway);
    if (!gateway.answers()) {
      // It has waited for an answer in vain, and goes elsewhere.
      patient.gateway = (patient.gateway + 1) % nurses.size();
      return;
    }
    for (NodeId observer : gateway.observers(patient.key)) {
      send(
          patient.gateway,
          index(observer),
          "beat",
          nurse -> nurse.beat(patient.key, "one", gateway.id));
    }
  }

  private void keepAlive(int i) {
    world.after(KEEPALIVE_MS, "keepalive", () -> keepAlive(i));
    Nurse gateway = nurses.get(i);
    if (gateway.answers()) {
      for (int to = 0; to < nurses.size(); to++) {
        send(i, to, "relay", nurse -> nurse.relay(gateway.id));
      }
    }
  }

  // ---- checks

  void check(int from, CheckRun run, Consumer<Result> then) {
    Patient patient = patient(run.instance());
    long timeoutMs = run.spec().timeoutMs();
    String line = from + " " + run.instance();
    boolean taken = patient.condition == Condition.HUNG && run.spec().type() == CheckType.TCP;
    switch (taken ? Condition.WELL : patient.condition) {
      case KILLED -> {
        warm.remove(line);
        world.after(1 + legMs(), "refused", () -> then.accept(new Result.Refusal("refused")));
      }
      case HUNG, BLACK -> {
        warm.remove(line);
        world.after(timeoutMs, "timeout", () -> then.accept(new Result.Fail("timeout")));
      }
      case WELL -> {
        long bestMs = Long.MAX_VALUE;
        for (int i = 0; i < run.attempts(); i++) {
          boolean open = i == 0 && warm.contains(line);
          bestMs = Math.min(bestMs, (open ? 0 : connectMs()) + legMs() + legMs() + 2);
        }
        boolean inTime = bestMs <= timeoutMs;
        boolean unused = inTime ? warm.add(line) : warm.remove(line);
        Result result = inTime ? new Result.Pass() : new Result.Fail("timeout");
        world.after(Math.min(bestMs, timeoutMs), "checked", () -> then.accept(result));
      }
    }
  }

  // ---- verdicts

  /** One node has written a verdict; the others learn of it. */
  void judged(Nurse by, InstanceKey key, Verdict verdict) {
    long stamp = ++stamps;
    given.add(
        new Given(nowMs(), key, verdict.health(), by.id, patient(key).condition == Condition.WELL));
    for (int to = 0; to < nurses.size(); to++) {
      send(by.index(), to, verdict, nurse -> nurse.learn(key, verdict, stamp));
    }
  }

  static long ns(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
