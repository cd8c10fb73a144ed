package io.hawser.storage.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LookTest {
  private static Look look(long atMs, Long... indexes) {
    return Look.of(List.of(indexes), TimeUnit.MILLISECONDS.toNanos(atMs));
  }

  @Test
  void replicas_that_are_equally_far_are_compared_there() {
    assertThat(look(0, 7L, 7L, 7L).meeting(Optional.empty())).hasValue(7);
    assertThat(look(100, 7L, 7L, 7L).meeting(Optional.of(look(0, 6L, 7L, 7L)))).hasValue(7);
  }

  @Test
  void the_pace_is_seen_before_an_entry_is_chosen() {
    assertThat(look(0, 6L, 7L, 7L).meeting(Optional.empty())).isEmpty();
    assertThat(look(100, 6L, 7L, 7L).meeting(Optional.of(look(0, 6L, 7L, 7L)))).isEmpty();
  }

  @Test
  void the_entry_lies_a_second_ahead_however_fast_they_come() {
    Optional<Look> before = Optional.of(look(0, 1_000L, 1_001L));
    assertThat(look(100, 1_002L, 1_001L).meeting(before)).hasValue(1_012);
    assertThat(look(100, 1_100L, 1_101L).meeting(before)).hasValue(2_101);
    assertThat(look(2_000, 1_002L, 1_002L).meeting(before)).as("slowly").hasValue(1_003);
  }

  @Test
  void where_all_are_moving_it_does_not_matter_that_they_were_seen_together() {
    Optional<Look> before = Optional.of(look(0, 10L, 10L));
    assertThat(look(100, 20L, 20L).meeting(before)).hasValue(120);
  }

  @Test
  void a_group_that_no_replica_tells_of_has_nothing_to_compare() {
    assertThat(look(0).meeting(Optional.empty())).hasValue(0);
  }
}
