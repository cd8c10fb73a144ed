package io.hawser.storage.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.storage.placement.PlacementWorld.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Nodes come, stop, lose their disks and are drained at random times, never more of them at once
 * than a majority bears. {@link PlacementWorld} checks after each step that nothing is lost; in the
 * end everything has to be in its place.
 */
class PlannerSimulationTest {
  private static final int RUNS = 200;

  @Test
  void whatever_happens_no_vote_is_given_twice_and_everything_finds_its_place() {
    for (long seed = 0; seed < RUNS; seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void run(long seed) {
    Random random = new Random(seed);
    PlacementWorld world = new PlacementWorld(1 + random.nextInt(4));
    int nodes = 3 + random.nextInt(3);
    for (int i = 1; i < nodes; i++) {
      world.add("n" + i, "z" + random.nextInt(3));
    }
    world.settle();
    for (int i = 0; i < 12; i++) {
      disturb(world, random);
      world.seconds(random.nextInt(40));
      if (random.nextInt(3) == 0) {
        world.nodes.values().forEach(n -> n.up = true);
        world.settle();
      }
    }
    world.nodes.values().forEach(n -> n.up = true);
    world.settle();
    assertInPlace(world);
  }

  private static void disturb(PlacementWorld world, Random random) {
    List<Node> all = List.copyOf(world.nodes.values());
    Node node = all.get(random.nextInt(all.size()));
    switch (random.nextInt(6)) {
      case 0 -> world.add("n" + world.nodes.size(), "z" + random.nextInt(3));
      case 1 -> drain(world, node);
      case 2 -> {
        if (calm(world)) {
          node.up = false;
        }
      }
      case 3 -> {
        if (calm(world)) {
          world.wipe(node);
        }
      }
      case 4 -> node.port++;
      default ->
          world
              .roster
              .node(node.id)
              .filter(n -> n.state() == NodeState.REMOVED)
              .ifPresent(n -> world.state(node.id.value(), NodeState.UP));
    }
  }

  /** Whether each group bears the loss of one more disk. */
  private static boolean calm(PlacementWorld world) {
    return world.nodes.values().stream().allMatch(n -> n.up)
        && world.voters.entrySet().stream()
            .allMatch(
                e ->
                    e.getValue().size() == 3
                        && e.getValue().stream()
                            .allMatch(
                                id ->
                                    world.node(id).replicas.contains(e.getKey())
                                        && world
                                            .node(id)
                                            .disk
                                            .equals(world.disks(e.getKey()).get(id))));
  }

  private static void drain(PlacementWorld world, Node node) {
    long staying =
        world.roster.nodes().stream()
            .filter(n -> n.state() == NodeState.UP && !n.id().equals(node.id))
            .count();
    boolean known = world.roster.node(node.id).filter(n -> n.state() == NodeState.UP).isPresent();
    if (known && staying >= 3) {
      world.state(node.id.value(), NodeState.DRAINING);
    }
  }

  private static void assertInPlace(PlacementWorld world) {
    world.voters.forEach(
        (group, voters) -> {
          assertThat(voters).hasSize(3);
          assertThat(Set.copyOf(voters)).isEqualTo(Set.copyOf(world.roster.replicas(group)));
          Set<String> free = new HashSet<>();
          Set<String> used = new HashSet<>();
          for (StorageNode node : world.roster.nodes()) {
            if (node.state() == NodeState.UP) {
              free.add(node.zone());
            }
          }
          for (NodeId id : voters) {
            used.add(world.roster.node(id).orElseThrow().zone());
            assertThat(world.roster.node(id).orElseThrow().state()).isEqualTo(NodeState.UP);
          }
          assertThat(used).as("zones of %s", group).hasSize(Math.min(3, free.size()));
        });
    world.nodes.values().stream()
        .filter(n -> n.up)
        .forEach(n -> n.replicas.forEach(group -> assertThat(world.voters(group)).contains(n.id)));
  }
}
