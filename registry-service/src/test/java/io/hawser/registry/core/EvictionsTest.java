package io.hawser.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionsTest {
  private final Evictions evictions = new Evictions();

  /** How many there are when as many as possible are taken, every 50 ms. */
  private long taken(long fromNs, long minutes) {
    long step = TimeUnit.MILLISECONDS.toNanos(50);
    return LongStream.range(0, TimeUnit.MINUTES.toNanos(minutes) / step)
        .filter(i -> evictions.take(fromNs + i * step))
        .count();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 30_000_000_000L})
  void a_nodes_part_of_fifteen_in_a_hundred_go_in_a_minute(long startNs) {
    evictions.of(1_000, 3);

    // The bucket, and what flows into it in four minutes.
    assertThat(taken(startNs, 4)).isBetween(5 * 50L - 2, 5 * 50L);
  }

  @Test
  void one_in_a_minute_may_always_go() {
    evictions.of(2, 3);

    assertThat(taken(0, 10)).isBetween(10L, 11L);
  }

  @Test
  void what_was_taken_is_not_given_back_when_the_number_changes() {
    evictions.of(1_000, 1);
    assertThat(taken(0, 1)).isBetween(298L, 300L);
    evictions.of(2_000, 1);

    assertThat(taken(TimeUnit.MINUTES.toNanos(1), 1)).isBetween(298L, 302L);
  }
}
