package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeapsTest {
  private static final long NOW_MS = Instant.parse("2026-11-26T12:00:00Z").toEpochMilli();
  private static final long FAR = 1L << 40;

  @Test
  void a_later_leap_goes_above_all_that_was_given_away_since_an_earlier_one() {
    long first = Leaps.above(1_000, NOW_MS);

    assertThat(first).isGreaterThan(1_000 + FAR);
    assertThat(Leaps.above(1_000, NOW_MS + 1)).isEqualTo(first + 1_024);
    assertThat(Leaps.above(first + 500, NOW_MS + 60_000)).isEqualTo(first + 60_000 * 1_024);
  }

  @Test
  void a_clock_that_is_wrong_does_not_bring_them_below_what_is_known() {
    long known = Leaps.above(7, NOW_MS);

    for (long wallMs : new long[] {Long.MIN_VALUE, -1, 0, 1, NOW_MS - 1, NOW_MS, Long.MAX_VALUE}) {
      assertThat(Leaps.above(known, wallMs)).isEqualTo(known + FAR);
    }
  }

  @Test
  void what_its_users_made_up_is_not_known() {
    assertThat(Leaps.known(7, 5)).isEqualTo(7);
    assertThat(Leaps.known(7, 1L << 52)).isEqualTo(1L << 52);
    assertThat(Leaps.known(7, (1L << 52) + 1)).isEqualTo(7);
  }

  @Test
  void a_json_number_holds_them_for_as_long_as_any_of_this_runs() {
    long lastMs = Instant.parse("2164-01-01T00:00:00Z").toEpochMilli();

    assertThat(Leaps.above(0, lastMs)).isBetween(1L << 51, 1L << 52);
    assertThat(Leaps.above(0, Instant.parse("2165-01-01T00:00:00Z").toEpochMilli())).isEqualTo(FAR);
  }
}
