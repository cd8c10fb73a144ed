package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A service under a manager that dies at any point, with drivers that are slow, refuse, or whose
 * answers are lost. Whatever happens: never more actives than there were, one activation of a
 * candidate per epoch, one process per instance, and every incident comes to an end. The seed is
 * the report.
 */
class CrashSimulationTest {
  private static final int SEEDS = 150;
  private static final int ROUNDS = 600;
  private static final int QUIET_ROUNDS = 250;
  private static final double CRASH = 0.05;

  static List<Integer> seeds() {
    List<Integer> seeds = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  /** A process as its host knows it. */
  private record Running(String call, long passesAtMs) {}

  private final World world = new World();
  private final Map<String, Running> processes = new TreeMap<>();
  private final Map<String, Epoch> seen = new HashMap<>();
  private final List<Runnable> late = new ArrayList<>();
  private Random random = new Random(0);
  private Set<String> broken = Set.of();
  private Set<String> refused = Set.of();

  @ParameterizedTest
  @MethodSource("seeds")
  void every_incident_ends_and_nobody_is_activated_twice(int seed) {
    random = new Random(seed);
    setUp();
    for (int round = 0; round < ROUNDS; round++) {
      boolean quiet = round >= ROUNDS - QUIET_ROUNDS;
      world.advance(random.nextInt(700));
      if (!quiet && random.nextInt(80) == 0) {
        killAnActive();
      }
      observe();
      manage(quiet ? 0 : CRASH);
      check();
    }
    assertThat(world.snapshot().incidents().values()).noneMatch(Snapshot::unfinished);
    assertThat(actives()).isEqualTo(1);
  }

  private void setUp() {
    if (random.nextBoolean()) {
      world.recoveryDriver();
    }
    world.instance("one", Role.ACTIVE, Health.UP);
    processes.put("one", new Running("", 0));
    for (int i = 0; i < random.nextInt(5); i++) {
      world.backup("c" + i, BackupMode.COLD, random.nextInt(3), random.nextBoolean() ? "a" : "b");
    }
    if (random.nextBoolean()) {
      world.instance("s", Role.STANDBY, Health.UP);
      processes.put("s", new Running("", 0));
    }
    broken = random.nextBoolean() ? Set.of("c0", "c3") : Set.of();
    refused = random.nextBoolean() ? Set.of("c1") : Set.of();
  }

  private void killAnActive() {
    for (InstanceView instance : world.catalog.service(World.SERVICE).instances()) {
      if (instance.role() == Role.ACTIVE) {
        processes.remove(instance.key().id());
      }
    }
  }

  /** What clients and observers would write by now. */
  private void observe() {
    processes.forEach(
        (id, process) -> {
          if (process.passesAtMs() <= world.wallMs && !health(id, Health.UP)) {
            world.instance(id, Role.STANDBY, Health.UP);
          }
        });
    for (InstanceView instance : world.catalog.service(World.SERVICE).instances()) {
      String id = instance.key().id();
      if (!processes.containsKey(id) && !health(id, Health.DOWN)) {
        world.health(id, Health.DOWN);
      }
    }
  }

  private boolean health(String id, Health health) {
    return world
        .catalog
        .instance(new InstanceKey(World.SERVICE, id))
        .filter(i -> i.health() == health)
        .isPresent();
  }

  private void manage(double crash) {
    List<Runnable> arrived = List.copyOf(late);
    late.clear();
    arrived.forEach(Runnable::run);
    for (int decisions = 0; decisions < 20; decisions++) {
      boolean wrote = false;
      for (Effect effect : world.decide()) {
        if (random.nextDouble() < crash) {
          world.nextManager();
          late.clear();
          return;
        }
        wrote |= world.carryOut(effect);
        if (effect instanceof Effect.Drive drive) {
          answer(drive);
        }
        check();
      }
      if (!wrote) {
        return;
      }
    }
  }

  private void answer(Effect.Drive drive) {
    Outcome<String> outcome = drive(drive);
    Outcome<String> told =
        random.nextInt(10) == 0 ? new Outcome.Unknown<>("no answer in time") : outcome;
    ServiceFailover asked = world.manager;
    late.add(() -> asked.answered(drive.ask(), told, world.nowNs));
  }

  /** The process driver's rules, without processes. */
  private Outcome<String> drive(Effect.Drive drive) {
    String id = drive.ask().instance().id();
    if (refused.contains(id)) {
      return new Outcome.Rejected<>("no-template", "none");
    }
    if (seen.getOrDefault(id, Epoch.NONE).newerThan(drive.epoch())) {
      return new Outcome.Rejected<>("stale-epoch", "an older manager");
    }
    seen.put(id, drive.epoch());
    Running running = processes.get(id);
    String call = drive.ask().idempotencyKey();
    boolean inTheWay = running != null && health(id, Health.DOWN) && !running.call().equals(call);
    if (running == null || inTheWay) {
      long delayMs = broken.contains(id) ? 10_000_000 : random.nextInt(12_000);
      processes.put(id, new Running(call, world.wallMs + delayMs));
    }
    return new Outcome.Ok<>("runs");
  }

  private void check() {
    Snapshot now = world.snapshot();
    assertThat(actives()).as("actives, %s", world.events).isLessThanOrEqualTo(1);
    assertThat(now.incidents().values().stream().filter(i -> !i.activationDone()).count())
        .isLessThanOrEqualTo(1);
    assertThat(world.activations.values()).allMatch(n -> n == 1);
    for (Incident incident : now.incidents().values()) {
      assertThat(incident.attempt()).isLessThanOrEqualTo(World.LIMITS.recoveryAttempts());
      assertThat(incident.tried()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(3);
      assertThat(incident.recovery() == Recovery.TRYING && incident.attempt() == 0).isFalse();
    }
  }

  /** Instances, registered or about to be, that the manager or their client has made active. */
  private long actives() {
    return world.ids.stream()
        .filter(
            id ->
                world
                    .catalog
                    .get(World.key(Kind.ROLE, id), io.hawser.model.Facet.RoleRecord.class)
                    .map(r -> r.role() == Role.ACTIVE)
                    .orElse(id.equals("one")))
        .count();
  }
}
