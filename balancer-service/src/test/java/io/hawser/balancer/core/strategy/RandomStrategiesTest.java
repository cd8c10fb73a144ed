package io.hawser.balancer.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.balancer.core.strategy.Candidates.Fixed;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomStrategiesTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void weighted_random_draws_by_weight() {
    List<Fixed> candidates = List.of(Candidates.weighted("a", 3), Candidates.weighted("b", 1));

    Map<String, Integer> counts = Candidates.counts(new WeightedRandom(random), candidates, 40_000);

    assertThat(counts.get("a")).isCloseTo(30_000, within(500));
  }

  @Test
  void weighted_random_without_any_weight_is_an_even_draw() {
    List<Fixed> candidates =
        List.of(
            Candidates.weighted("a", 0), Candidates.weighted("b", 0), Candidates.weighted("c", -1));

    Map<String, Integer> counts = Candidates.counts(new WeightedRandom(random), candidates, 30_000);

    assertThat(counts.values())
        .hasSize(3)
        .allSatisfy(n -> assertThat(n).isCloseTo(10_000, within(400)));
  }

  @Test
  void a_weight_of_zero_among_others_is_never_drawn() {
    List<Fixed> candidates = List.of(Candidates.weighted("a", 0), Candidates.weighted("b", 1));

    assertThat(Candidates.counts(new WeightedRandom(random), candidates, 1_000))
        .containsOnlyKeys("b");
    assertThat(Candidates.counts(new DynamicScore(random), candidates, 1_000))
        .containsOnlyKeys("b");
    assertThat(Candidates.counts(new LeastConnections(random), candidates, 1_000))
        .containsOnlyKeys("b");
  }

  @Test
  void least_connections_takes_the_one_with_the_fewest_for_its_weight() {
    LeastConnections picker = new LeastConnections(random);

    assertThat(picker.pick(List.of(Candidates.busy("a", 1, 3), Candidates.busy("b", 1, 1)), 0))
        .isEqualTo(1);
    assertThat(picker.pick(List.of(Candidates.busy("a", 4, 3), Candidates.busy("b", 1, 1)), 0))
        .isEqualTo(0);
  }

  @Test
  void least_connections_breaks_ties_by_chance() {
    Map<String, Integer> counts =
        Candidates.counts(new LeastConnections(random), Candidates.equal(4), 40_000);

    assertThat(counts.values())
        .hasSize(4)
        .allSatisfy(n -> assertThat(n).isCloseTo(10_000, within(400)));
  }

  @Test
  void the_score_is_as_documented() {
    List<Fixed> candidates =
        List.of(
            Candidates.loaded("idle", 0, 0, 0, 0),
            Candidates.loaded("half", 0.5, 0.5, 100, 0),
            Candidates.loaded("full", 1, 1, 1e9, 0),
            Candidates.loaded("nonsense", 7, -3, -5, 0));

    double[] scores = DynamicScore.scores(candidates, SECOND_NS);

    assertThat(scores[0]).isCloseTo(1.0, within(1e-9));
    assertThat(scores[1]).isCloseTo(0.2 + 0.15 + 0.15, within(1e-9));
    assertThat(scores[2]).isEqualTo(DynamicScore.FLOOR);
    assertThat(scores[3]).isCloseTo(0.6, within(1e-9));
  }

  @Test
  void an_old_or_missing_report_counts_as_the_mean_of_the_others() {
    long nowNs = 100 * SECOND_NS;
    List<Fixed> candidates =
        List.of(
            Candidates.loaded("idle", 0, 0, 0, nowNs),
            Candidates.loaded("half", 0.5, 0.5, 100, nowNs - 60 * SECOND_NS),
            Candidates.loaded("old", 1, 1, 1e9, nowNs - 60 * SECOND_NS - 1),
            Candidates.loaded("odd", Double.NaN, 0, 0, nowNs),
            Candidates.weighted("silent", 1));

    double[] scores = DynamicScore.scores(candidates, nowNs);

    assertThat(scores[2]).isCloseTo(0.75, within(1e-9));
    assertThat(scores[3]).isCloseTo(0.75, within(1e-9));
    assertThat(scores[4]).isCloseTo(0.75, within(1e-9));
  }

  @Test
  void the_age_of_a_report_survives_the_wrap_of_the_clock() {
    List<Fixed> candidates =
        List.of(
            Candidates.loaded("idle", 0, 0, 0, Long.MAX_VALUE - 5),
            Candidates.loaded("full", 1, 1, 1e9, Long.MAX_VALUE - 5));

    assertThat(DynamicScore.scores(candidates, Long.MIN_VALUE + 5)[0]).isCloseTo(1.0, within(1e-9));
    assertThat(DynamicScore.scores(candidates, Long.MIN_VALUE + 61 * SECOND_NS))
        .containsExactly(1.0, 1.0);
  }

  @Test
  void how_long_an_instance_takes_is_what_the_node_has_seen_and_not_what_it_says() {
    LoadReport says = new LoadReport(0.5, 0.5, 100, 0);
    List<Fixed> candidates =
        List.of(
            new Fixed("seen", 1, 0, says, 1, 300e6),
            new Fixed("says", 1, 0, says, 1, 0),
            new Fixed("silent", 1, 0, null, 1, 200e6));

    double[] scores = DynamicScore.scores(candidates, SECOND_NS);

    assertThat(scores[0]).isCloseTo(0.35 + 0.075, within(1e-9));
    assertThat(scores[1]).isCloseTo(0.35 + 0.15, within(1e-9));
    assertThat(scores[2]).isCloseTo(0.35 + 0.1, within(1e-9));
  }

  @Test
  void when_nobody_says_anything_what_the_node_has_seen_decides_alone() {
    List<Fixed> candidates =
        List.of(
            Candidates.answering("fast", 0, 20e6),
            Candidates.answering("slow", 0, 200e6),
            Candidates.answering("new", 0, 0));

    double[] scores = DynamicScore.scores(candidates, SECOND_NS);

    assertThat(scores[0]).isCloseTo(0.25, within(1e-9));
    assertThat(scores[1]).isCloseTo(0.1, within(1e-9));
    assertThat(scores[2]).isCloseTo(0.175, within(1e-9));
  }

  /** All that count is how the two differ. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 1, 100})
  void a_slow_one_that_is_idle_is_as_little_liked_whatever_the_shares_of_all(double each) {
    Fixed busy = new Fixed("busy", 1, 3, null, 1, 20e6);
    Fixed idle = new Fixed("idle", 1, 0, null, 1, 25e6);
    Fixed slow = new Fixed("slow", 1, 0, null, 1, 200e6);

    assertThat(better(busy, slow, each)).isZero();
    assertThat(better(busy, idle, each)).isOne();
  }

  private int better(Fixed one, Fixed other, double share) {
    return TwoChoices.pick(
        List.of(one, other), new double[] {share, share}, true, random, SECOND_NS);
  }

  @Test
  void the_one_of_two_scores_that_has_less_at_work_for_its_share_is_taken() {
    List<Fixed> candidates =
        List.of(
            new Fixed("best", 1, 9, new LoadReport(0, 0, 0, 0), 1, 0),
            new Fixed("next", 1, 4, new LoadReport(0.5, 0.5, 100, 0), 1, 0));

    assertThat(Candidates.counts(new DynamicScore(random), candidates, 1_000))
        .containsOnlyKeys("next");
  }

  @Test
  void the_best_score_gets_its_share_and_not_everything() {
    List<Fixed> candidates =
        List.of(Candidates.loaded("best", 0, 0, 0, 0), Candidates.loaded("next", 0.5, 0.5, 100, 0));

    Map<String, Integer> counts = Candidates.counts(new DynamicScore(random), candidates, 30_000);

    assertThat(counts.get("best")).isCloseTo(20_000, within(500));
    assertThat(counts.get("next")).isCloseTo(10_000, within(500));
  }
}
