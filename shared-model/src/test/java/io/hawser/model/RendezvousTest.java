package io.hawser.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final int KEYS = 10_000;

  private final List<NodeId> five = nodes(5);

  @Test
  void without_nodes_there_is_no_owner() {
    assertThat(Rendezvous.owner("key", List.of())).isEmpty();
    assertThat(Rendezvous.ranked("key", List.of())).isEmpty();
  }

  @Test
  void the_order_in_which_nodes_are_listed_does_not_matter() {
    List<NodeId> shuffled = new ArrayList<>(five);
    Collections.shuffle(shuffled, new Random(3));

    for (int i = 0; i < KEYS; i++) {
      assertThat(Rendezvous.ranked(key(i), shuffled)).isEqualTo(Rendezvous.ranked(key(i), five));
    }
  }

  @Test
  void when_a_node_leaves_only_its_keys_move_and_each_to_its_next_in_rank() {
    NodeId gone = five.get(2);
    List<NodeId> four = five.stream().filter(n -> !n.equals(gone)).toList();

    for (int i = 0; i < KEYS; i++) {
      List<NodeId> ranked = Rendezvous.ranked(key(i), five);
      NodeId before = ranked.getFirst();
      NodeId expected = before.equals(gone) ? ranked.get(1) : before;
      assertThat(Rendezvous.owner(key(i), four)).contains(expected);
    }
  }

  @Test
  void when_a_node_comes_keys_move_to_nobody_else() {
    List<NodeId> six = nodes(6);
    int moved = 0;
    for (int i = 0; i < KEYS; i++) {
      NodeId before = Rendezvous.owner(key(i), five).orElseThrow();
      NodeId after = Rendezvous.owner(key(i), six).orElseThrow();
      if (!before.equals(after)) {
        moved++;
        assertThat(after).isEqualTo(six.getLast());
      }
    }
    assertThat(moved).isBetween(KEYS / 6 * 9 / 10, KEYS / 6 * 11 / 10);
  }

  @Test
  void every_node_owns_about_its_share() {
    Map<NodeId, Integer> owned = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      owned.merge(Rendezvous.owner(key(i), five).orElseThrow(), 1, Integer::sum);
    }

    assertThat(owned.keySet()).containsExactlyInAnyOrderElementsOf(five);
    assertThat(owned.values())
        .allSatisfy(share -> assertThat(share).isBetween(KEYS / 5 * 9 / 10, KEYS / 5 * 11 / 10));
  }

  /**
   * The two figures were computed apart from this code, from the definitions of FNV-1a and
   * SplitMix64.
   */
  @Test
  void the_hash_is_the_same_in_every_version() {
    assertThat(Rendezvous.hash("")).isEqualTo(-780787492076525413L);
    assertThat(Rendezvous.hash("echo/a\0node-0")).isEqualTo(-5131353059406698461L);
  }

  private static String key(int i) {
    return "echo/" + i;
  }

  private static List<NodeId> nodes(int count) {
    return IntStream.range(0, count).mapToObj(i -> new NodeId("node-" + i)).toList();
  }
}
