package io.hawser.catalog;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Epoch;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage;
import io.hawser.sim.Faults;
import io.hawser.sim.SimNode;
import io.hawser.sim.World;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One run: replicas under writes and faults, then a calm in which they have to become equal and to
 * hold what was accepted.
 */
final class CatalogRun {
  /** Makes the replica of a node. */
  @FunctionalInterface
  interface Maker {
    ReplicaProgram make(
        SimNode<RegistryMessage, ReplicaProgram> node, List<NodeId> others, Ledger ledger);
  }

  private static final long STORM_MS = 10_000;
  private static final long WRITE_MS = 120;
  private static final long FAULT_MS = 700;

  /** Two clocks differ by less than what makes a replica refuse an entry. */
  private static final long MAX_SKEW_MS = 25_000;

  private static final long STEP_MS = 100;

  private final World<RegistryMessage, ReplicaProgram> world;
  private final Random random;
  private final Ledger ledger = new Ledger();
  private final List<SimNode<RegistryMessage, ReplicaProgram>> nodes;
  private int values;
  private boolean storm = true;

  CatalogRun(long seed, Maker maker) {
    world = new World<>(seed);
    random = world.random();
    List<NodeId> ids =
        IntStream.range(0, 3 + random.nextInt(3)).mapToObj(i -> new NodeId("n" + i)).toList();
    ids.forEach(id -> world.add(id.value(), node -> maker.make(node, ids, ledger)).start());
    nodes = world.nodes();
    nodes.forEach(n -> n.clock().skew(skew()));
    world.invariant("no register goes back", ledger::violation);
  }

  private long skew() {
    return random.nextLong(-MAX_SKEW_MS, MAX_SKEW_MS + 1);
  }

  World<RegistryMessage, ReplicaProgram> world() {
    return world;
  }

  /** After the faults have ended: a tick for each replica, one that was under way, and the way. */
  long boundMs() {
    return (nodes.size() + 1) * Replication.TICK_MS;
  }

  /**
   * Runs it.
   *
   * @return how long after the end of the faults all replicas were equal
   */
  @CanIgnoreReturnValue
  long run() {
    write();
    fault();
    world.runFor(STORM_MS);
    storm = false;
    world.network().heal();
    nodes.forEach(SimNode::start);
    long tookMs = 0;
    while (!equal() && tookMs < boundMs()) {
      world.runFor(STEP_MS);
      tookMs += STEP_MS;
    }
    check();
    return tookMs;
  }

  private void check() {
    if (!equal()) {
      throw world.failure(
          "the replicas still differ after " + boundMs() + " ms", new AssertionError());
    }
    for (SimNode<RegistryMessage, ReplicaProgram> node : nodes) {
      Optional<String> lost = ledger.lost(node.program().orElseThrow().core.catalog(), nodes);
      if (lost.isPresent()) {
        throw world.failure(node.id() + " has " + lost.get(), new AssertionError());
      }
    }
  }

  private boolean equal() {
    return nodes.stream()
            .map(n -> n.program().orElseThrow().core.catalog())
            .map(Catalog::digest)
            .distinct()
            .count()
        == 1;
  }

  // ---- writes

  private void write() {
    SimNode<RegistryMessage, ReplicaProgram> node = world.any(nodes);
    node.program().ifPresent(p -> p.write(change()));
    world.after(
        random.nextLong(2 * WRITE_MS),
        "write",
        () -> {
          if (storm) {
            write();
          }
        });
  }

  private Map<FacetKey, Optional<Facet>> change() {
    InstanceKey instance = new InstanceKey("s" + random.nextInt(2), "i" + random.nextInt(4));
    String unique = "v" + values++;
    Map<FacetKey, Optional<Facet>> change = new HashMap<>();
    switch (random.nextInt(10)) {
      case 0 -> {
        change.put(FacetKey.of(Kind.REGISTRATION, instance), Optional.empty());
        change.put(FacetKey.of(Kind.VERDICT, instance), Optional.empty());
      }
      case 1, 2, 3 ->
          change.put(
              FacetKey.of(Kind.VERDICT, instance), Optional.of(Writes.verdict(unique, Health.UP)));
      case 4 ->
          change.put(
              FacetKey.of(Kind.MAINTENANCE, instance), Optional.of(Writes.maintenance(values)));
      case 5 ->
          change.put(
              FacetKey.of(Kind.ROLE, instance),
              Optional.of(new RoleRecord(Role.STANDBY, Epoch.NONE.next(), unique, "test")));
      default ->
          change.put(
              FacetKey.of(Kind.REGISTRATION, instance), Optional.of(Writes.registration(unique)));
    }
    return change;
  }

  // ---- faults

  private void fault() {
    SimNode<RegistryMessage, ReplicaProgram> node = world.any(nodes);
    switch (random.nextInt(8)) {
      case 0 -> world.network().faults(new Faults(random.nextDouble() / 2, 0.1, 1, 300));
      case 1 -> world.network().faults(new Faults(0, 0.3, 1, 2_500));
      case 2 -> world.network().partition(side());
      case 3 -> world.network().cut(node.id(), world.any(nodes).id());
      case 4 -> world.network().join();
      case 5 -> node.crash();
      case 6 -> node.crashAndLoseDisk();
      default -> node.clock().skew(skew());
    }
    world.any(nodes).start();
    world.after(
        random.nextLong(2 * FAULT_MS),
        "fault",
        () -> {
          if (storm) {
            fault();
          }
        });
  }

  private Set<NodeId> side() {
    return nodes.stream()
        .map(SimNode::id)
        .filter(id -> random.nextBoolean())
        .collect(Collectors.toSet());
  }
}
