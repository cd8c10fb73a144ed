package io.hawser.balancer.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.strategy.Candidates.Fixed;
import io.hawser.model.Facet.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an instance that warms up gets beside three that are warm. */
class SlowStartTest {
  private static final double MS = 1_000_000;
  private static final double TENTH = 0.1;
  private static final int PICKS = 40_000;

  /** A tenth of one of the four shares, or of a pool that it is a tenth part of. */
  private static final double SHARE = TENTH / (3 + TENTH);

  private final RandomGenerator random = new SplittableRandom(5);

  private double shareOfNew(Strategy strategy, List<Fixed> candidates) {
    Picker picker = Pickers.of(strategy, random);
    int fresh = 0;
    for (int i = 0; i < PICKS; i++) {
      int chosen = picker.pick(candidates, 0, random.nextLong());
      fresh += candidates.get(chosen).id().equals("new") ? 1 : 0;
    }
    return (double) fresh / PICKS;
  }

  private static List<Fixed> beside(Fixed fresh, int active, double answersInNs) {
    List<Fixed> all = new ArrayList<>(List.of(fresh));
    for (String id : List.of("a", "b", "c")) {
      all.add(Candidates.answering(id, active, answersInNs));
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(value = Strategy.class, names = "CONSISTENT_HASH", mode = EnumSource.Mode.EXCLUDE)
  void an_idle_one_that_warms_up_gets_its_share_of_an_idle_pool(Strategy strategy) {
    Fixed fresh = Candidates.warming("new", TENTH, 20 * MS);

    double share = shareOfNew(strategy, beside(fresh, 0, 20 * MS));

    assertThat(share).isBetween(0.5 * SHARE, 2.5 * SHARE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Strategy.class,
      names = {"TWO_CHOICES", "PEAK_EWMA", "LEAST_CONNECTIONS"})
  void an_idle_one_that_warms_up_is_not_run_down_while_the_others_are_busy(Strategy strategy) {
    Fixed fresh = Candidates.warming("new", TENTH, 20 * MS);

    double share = shareOfNew(strategy, beside(fresh, 3, 20 * MS));

    assertThat(share).isBetween(0.5 * SHARE, TENTH + 0.01);
  }

  @ParameterizedTest
  @EnumSource(
      value = Strategy.class,
      names = {"TWO_CHOICES", "LEAST_CONNECTIONS"})
  void one_that_warms_up_and_has_its_share_gets_no_more(Strategy strategy) {
    Fixed fresh = new Fixed("new", 1, 1, null, TENTH, 20 * MS);

    assertThat(shareOfNew(strategy, beside(fresh, 3, 20 * MS))).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Strategy.class,
      names = {"TWO_CHOICES", "PEAK_EWMA", "LEAST_CONNECTIONS"})
  void a_pool_that_warms_up_as_a_whole_is_shared_evenly(Strategy strategy) {
    List<Fixed> all = new ArrayList<>();
    for (String id : List.of("new", "a", "b", "c")) {
      all.add(Candidates.warming(id, TENTH, 20 * MS));
    }

    assertThat(shareOfNew(strategy, all)).isBetween(0.23, 0.27);
  }

  @ParameterizedTest
  @EnumSource(
      value = Strategy.class,
      names = {"PEAK_EWMA"})
  void one_that_warms_up_slowly_wins_no_draw_against_faster_ones(Strategy strategy) {
    Fixed fresh = Candidates.warming("new", TENTH, 100 * MS);

    assertThat(shareOfNew(strategy, beside(fresh, 0, 20 * MS))).isZero();
  }
}
