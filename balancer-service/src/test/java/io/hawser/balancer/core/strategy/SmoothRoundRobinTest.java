package io.hawser.balancer.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.strategy.Candidates.Fixed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SmoothRoundRobinTest {
  /** Starts at the beginning of the round. */
  private final SmoothRoundRobin picker = new SmoothRoundRobin(() -> 0L);

  private String picks(List<Fixed> candidates, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(candidates.get(picker.pick(candidates, 0)).id());
    }
    return text.toString();
  }

  private static List<Fixed> named(String ids) {
    return ids.chars().mapToObj(c -> Candidates.weighted(Character.toString(c), 1)).toList();
  }

  @Test
  void equals_take_turns() {
    assertThat(picks(named("abc"), 7)).isEqualTo("abcabca");
  }

  @Test
  void a_list_that_shrinks_between_two_turns_is_never_run_off() {
    assertThat(picks(named("abcde"), 4)).isEqualTo("abcd");
    assertThat(picks(named("ab"), 4)).containsPattern("^(abab|baba)$");
    assertThat(picks(named("b"), 3)).isEqualTo("bbb");
  }

  @Test
  void weights_are_kept_to_the_turn_and_spread() {
    List<Fixed> candidates =
        List.of(
            Candidates.weighted("a", 5), Candidates.weighted("b", 1), Candidates.weighted("c", 1));

    assertThat(picks(candidates, 7)).isEqualTo("aabacaa");
    assertThat(picks(candidates, 7)).isEqualTo("aabacaa");
  }

  @Test
  void weights_of_zero_for_all_are_equal_weights() {
    List<Fixed> candidates = List.of(Candidates.weighted("a", 0), Candidates.weighted("b", 0));

    assertThat(picks(candidates, 4)).isEqualTo("abab");
  }

  @Test
  void a_weight_of_zero_among_others_gets_no_turn() {
    List<Fixed> candidates = List.of(Candidates.weighted("a", 0), Candidates.weighted("b", 2));

    assertThat(picks(candidates, 3)).isEqualTo("bbb");
  }

  @Test
  void pickers_start_at_different_places_of_the_round() {
    List<Fixed> candidates = named("abcd");
    List<String> first = new ArrayList<>();
    for (long seed = 0; seed < 40; seed++) {
      SmoothRoundRobin other = new SmoothRoundRobin(new SplittableRandom(seed));
      first.add(candidates.get(other.pick(candidates, 0)).id());
    }
    assertThat(first).contains("a", "b", "c", "d");
  }

  @Test
  void whatever_the_list_does_the_index_is_on_it_and_shares_stay_fair() {
    SplittableRandom random = new SplittableRandom(7);
    for (int turn = 0; turn < 5_000; turn++) {
      List<Fixed> candidates = Candidates.equal(1 + random.nextInt(9));
      assertThat(picker.pick(candidates, 0)).isBetween(0, candidates.size() - 1);
    }
    List<Fixed> settled = Candidates.equal(5);
    int warmUp = picker.pick(settled, 0);
    assertThat(warmUp).isBetween(0, 4);
    Map<String, Integer> counts = Candidates.counts(picker, settled, 5_000);
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(980, 1_020));
  }

  @Test
  void credits_of_the_vanished_are_forgotten() {
    for (int i = 0; i < 1_000; i++) {
      List<Fixed> candidates =
          List.of(Candidates.weighted("gone" + i, 1), Candidates.weighted("a", 1));
      assertThat(picker.pick(candidates, 0)).isBetween(0, 1);
    }
    assertThat(picker.remembered()).isLessThanOrEqualTo(21);
  }
}
