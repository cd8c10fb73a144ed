package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
  private final Deadlines<String> deadlines = new Deadlines<>(10);

  @ParameterizedTest
  @ValueSource(longs = {0, -5, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 3})
  void each_expires_once_in_the_order_of_their_beginnings(long startNs) {
    deadlines.begin("a", startNs);
    deadlines.begin("b", startNs + 1);

    assertThat(deadlines.expire(startNs + 9)).isEmpty();
    assertThat(deadlines.expire(startNs + 10)).contains("a");
    assertThat(deadlines.expire(startNs + 10)).isEmpty();
    assertThat(deadlines.expire(startNs + 11)).contains("b");
    assertThat(deadlines.expire(startNs + 99)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 3})
  void what_begins_again_or_ends_does_not_expire_for_its_first_beginning(long startNs) {
    deadlines.begin("a", startNs);
    deadlines.begin("b", startNs + 1);
    deadlines.begin("c", startNs + 2);
    deadlines.begin("a", startNs + 3);
    deadlines.end("b");

    assertThat(deadlines.expire(startNs + 12)).contains("c");
    assertThat(deadlines.expire(startNs + 12)).isEmpty();
    assertThat(deadlines.expire(startNs + 13)).contains("a");
  }
}
