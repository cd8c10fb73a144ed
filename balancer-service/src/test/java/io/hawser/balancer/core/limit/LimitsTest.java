package io.hawser.balancer.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void the_loops_of_a_node_share_what_may_be_repeated_where_there_are_few() {
    int retries = 0;
    for (int loop = 0; loop < 16; loop++) {
      RetryBudget budget = new RetryBudget(0, 16);
      for (int i = 0; i < 1_000; i++) {
        retries += budget.take(i * SECOND_NS / 100) ? 1 : 0;
      }
    }
    assertThat(retries).isBetween(100, 116);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 3 * SECOND_NS})
  void retries_stay_below_a_fifth_of_the_requests_wherever_the_clock_stands(long originNs) {
    RetryBudget budget = new RetryBudget(originNs);
    int retries = 0;
    for (int i = 0; i < 20_000; i++) {
      long nowNs = originNs + i * 1_000_000L;
      budget.request(nowNs);
      retries += budget.take(nowNs) ? 1 : 0;
    }
    assertThat(retries).isBetween(3_500, 4_000);
  }

  /** Two loops, one of which has 19 in 20 of the clients, and seconds that are not alike. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void all_loops_of_a_node_together_stay_below_a_fifth(long seed) {
    Random random = new Random(seed);
    RetryBudget[] loops = {new RetryBudget(0, 2), new RetryBudget(0, 2)};
    int requests = 0;
    int retries = 0;
    long nowNs = 0;
    while (nowNs < 30 * SECOND_NS) {
      boolean busy = nowNs / SECOND_NS % 3 == 0;
      nowNs += SECOND_NS / (busy ? 600 : 300);
      RetryBudget budget = loops[random.nextInt(20) == 0 ? 1 : 0];
      budget.request(nowNs);
      requests++;
      retries += budget.take(nowNs) ? 1 : 0;
    }
    assertThat(retries).isBetween(requests * 17 / 100, requests / 5);
  }

  @Test
  void where_there_are_few_requests_ten_a_second_may_be_repeated() {
    RetryBudget budget = new RetryBudget(0);
    int retries = 0;
    for (int i = 0; i < 1_000; i++) {
      retries += budget.take(i * SECOND_NS / 100) ? 1 : 0;
    }
    assertThat(retries).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - SECOND_NS / 2})
  void a_rate_lets_a_seconds_worth_pass_at_once_and_then_its_rate(long originNs) {
    RateLimit limit = new RateLimit(10, 1);
    int passed = 0;
    for (int i = 0; i < 100; i++) {
      passed += limit.take(0, originNs) ? 1 : 0;
    }
    assertThat(passed).isEqualTo(10);
    for (int i = 1; i <= 1_000; i++) {
      passed += limit.take(0, originNs + i * SECOND_NS / 100) ? 1 : 0;
    }
    assertThat(passed).isBetween(108, 111);
  }

  @Test
  void one_client_does_not_use_up_what_another_may() {
    RateLimit limit = new RateLimit(5, 16_384);
    for (int i = 0; i < 50; i++) {
      boolean unused = limit.take("10.0.0.1".hashCode(), 0);
    }
    assertThat(limit.take("10.0.0.1".hashCode(), 0)).isFalse();
    assertThat(limit.take("10.0.0.2".hashCode(), 0)).isTrue();
  }

  @Test
  void what_has_left_makes_room() {
    Guard guard =
        Guard.of(
            new Route(
                "s",
                "",
                "",
                false,
                Strategy.TWO_CHOICES,
                Affinity.NONE,
                "",
                Map.of(),
                0,
                0,
                0,
                2,
                0,
                0));
    assertThat(guard.enter(1, 0)).isEqualTo(Guard.Verdict.PASSES);
    assertThat(guard.enter(1, 0)).isEqualTo(Guard.Verdict.PASSES);
    assertThat(guard.enter(1, 0)).isEqualTo(Guard.Verdict.TOO_MANY_AT_ONCE);
    guard.leave();
    assertThat(guard.enter(1, 0)).isEqualTo(Guard.Verdict.PASSES);
  }

  @Test
  void a_share_of_failures_is_of_the_last_ten_seconds() {
    FailureWindow window = new FailureWindow();
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      window.record(random.nextInt(4) == 0, i * SECOND_NS / 100);
    }
    assertThat(window.share(20 * SECOND_NS)).isBetween(0.2, 0.3);
    assertThat(window.share(40 * SECOND_NS)).isNaN();
  }
}
