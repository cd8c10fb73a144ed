package io.hawser.storage.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final int SHARDS = 20_000;

  private static Candidate node(String id, String zone, long capacity) {
    return new Candidate(new NodeId(id), zone, capacity);
  }

  private static double share(List<Candidate> nodes, String id, int replicas) {
    long held =
        IntStream.range(0, SHARDS)
            .filter(s -> Ranking.pick("s" + s, nodes, replicas).contains(new NodeId(id)))
            .count();
    return held / (double) SHARDS;
  }

  @Test
  void a_node_of_twice_the_capacity_is_first_twice_as_often() {
    List<Candidate> nodes = List.of(node("a", "z", 100), node("b", "z", 200), node("c", "z", 100));

    assertThat(share(nodes, "b", 1)).isBetween(0.48, 0.52);
    assertThat(share(nodes, "a", 1)).isBetween(0.23, 0.27);
  }

  @Test
  void everyone_ranks_the_same_nodes_alike_in_whatever_order_it_knows_them() {
    List<Candidate> nodes = new ArrayList<>();
    IntStream.range(0, 9).forEach(i -> nodes.add(node("n" + i, "z" + i % 2, 100 + i)));
    List<NodeId> picked = Ranking.pick("data-7", nodes, 3);

    Collections.shuffle(nodes, new Random(4));

    assertThat(Ranking.pick("data-7", nodes, 3)).isEqualTo(picked);
  }

  @Test
  void the_share_of_a_new_node_comes_from_all_and_nothing_moves_between_the_old_ones() {
    List<Candidate> three = List.of(node("a", "z", 1), node("b", "z", 1), node("c", "z", 1));
    List<Candidate> four = new ArrayList<>(three);
    four.add(node("d", "z", 1));

    for (int s = 0; s < 1_000; s++) {
      Set<NodeId> before = new HashSet<>(Ranking.pick("s" + s, three, 2));
      Set<NodeId> after = new HashSet<>(Ranking.pick("s" + s, four, 2));
      after.removeAll(before);
      assertThat(after).isSubsetOf(new NodeId("d"));
    }
    assertThat(share(four, "d", 2)).isBetween(0.48, 0.52);
  }

  @Test
  void replicas_are_in_as_many_zones_as_there_are() {
    List<Candidate> nodes =
        List.of(
            node("a1", "a", 1_000),
            node("a2", "a", 1_000),
            node("a3", "a", 1_000),
            node("b1", "b", 1),
            node("c1", "c", 1));

    for (int s = 0; s < 200; s++) {
      assertThat(Ranking.pick("s" + s, nodes, 3))
          .contains(new NodeId("b1"), new NodeId("c1"))
          .hasSize(3);
    }
  }

  @Test
  void with_zones_a_new_node_moves_one_replica_of_a_shard_at_most() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<Candidate> nodes = new ArrayList<>();
      int count = 3 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        nodes.add(node("n" + i, "z" + random.nextInt(4), 1 + random.nextInt(100)));
      }
      List<Candidate> more = new ArrayList<>(nodes);
      Candidate added = node("new", "z" + random.nextInt(5), 1 + random.nextInt(100));
      more.add(added);

      for (int s = 0; s < 50; s++) {
        Set<NodeId> came = new HashSet<>(Ranking.pick("s" + s, more, 3));
        came.removeAll(Ranking.pick("s" + s, nodes, 3));
        assertThat(came).as("seed %d shard %d", seed, s).isSubsetOf(added.id());
      }
    }
  }
}
