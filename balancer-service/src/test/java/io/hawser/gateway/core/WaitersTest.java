package io.hawser.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitersTest {
  private final Waiters<String> waiters = new Waiters<>(3);

  private static List<String> targets(List<Waiters.Waiter<String>> ended) {
    return ended.stream().map(Waiters.Waiter::target).toList();
  }

  @Test
  void a_change_ends_the_waits_of_its_service_that_know_another_state() {
    Waiters.Waiter<String> other = waiters.add("b", "1", 10, "other");
    assertThat(waiters.add("a", "1", 10, "old")).isNotNull();
    assertThat(waiters.add("a", "2", 10, "new")).isNotNull();
    assertThat(waiters.full()).isTrue();

    assertThat(targets(waiters.changed("a", "2"))).containsExactly("old");
    assertThat(targets(waiters.changed("a", "2"))).isEmpty();
    assertThat(waiters.size()).isEqualTo(2);
    assertThat(waiters.remove(other)).isTrue();
    assertThat(waiters.remove(other)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5})
  void those_whose_time_is_over_end_in_order_on_both_sides_of_the_wrap(long start) {
    assertThat(waiters.add("a", "1", start + 10, "late")).isNotNull();
    assertThat(waiters.add("a", "1", start + 2, "soon")).isNotNull();

    assertThat(waiters.expired(start + 1)).isEmpty();
    assertThat(targets(waiters.expired(start + 9))).containsExactly("soon");
    assertThat(targets(waiters.expired(start + 10))).containsExactly("late");
  }
}
