package io.hawser.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HybridClockTest {
  private static final long NOON_MS = 1_700_000_000_000L;

  private final HybridClock clock = new HybridClock();

  @Test
  void readings_rise_while_the_wall_clock_stands_still() {
    long first = clock.next(NOON_MS);

    assertThat(clock.next(NOON_MS)).isGreaterThan(first);
    assertThat(HybridClock.wallMs(first)).isEqualTo(NOON_MS);
  }

  @Test
  void readings_rise_when_the_wall_clock_steps_back() {
    long before = clock.next(NOON_MS);
    long after = clock.next(NOON_MS - 3_600_000);

    assertThat(after).isEqualTo(before + 1);
    assertThat(HybridClock.wallMs(clock.next(NOON_MS + 1))).isEqualTo(NOON_MS + 1);
  }

  @Test
  void readings_follow_the_wall_clock_when_it_steps_ahead() {
    long before = clock.next(NOON_MS);
    long after = clock.next(NOON_MS + 3_600_000);

    assertThat(HybridClock.wallMs(after) - HybridClock.wallMs(before)).isEqualTo(3_600_000);
  }

  @Test
  void what_follows_an_observed_reading_is_newer_than_it() {
    long ahead = new HybridClock().next(NOON_MS + 30_000);

    clock.observe(ahead);

    assertThat(clock.next(NOON_MS)).isGreaterThan(ahead);
  }

  @Test
  void an_old_reading_changes_nothing_when_it_is_observed() {
    long reading = clock.next(NOON_MS);

    clock.observe(reading - 1_000_000);

    assertThat(clock.next(NOON_MS)).isEqualTo(reading + 1);
  }

  @Test
  void more_readings_in_a_millisecond_than_the_counter_holds_still_rise() {
    long last = clock.next(NOON_MS);
    for (int i = 0; i < 70_000; i++) {
      long next = clock.next(NOON_MS);
      assertThat(next).isGreaterThan(last);
      last = next;
    }
    assertThat(clock.next(NOON_MS + 1)).isGreaterThan(last);
  }

  @Test
  void a_wall_clock_that_jumps_at_random_never_repeats_a_reading() {
    Random random = new Random(11);
    long last = 0;
    for (int i = 0; i < 10_000; i++) {
      long next = clock.next(NOON_MS + random.nextInt(-100_000, 100_000));
      assertThat(next).isGreaterThan(last);
      last = next;
    }
  }

  @Test
  void threads_never_share_a_reading() {
    Set<Long> readings = ConcurrentHashMap.newKeySet();

    IntStream.range(0, 20_000).parallel().forEach(i -> readings.add(clock.next(NOON_MS)));

    assertThat(readings).hasSize(20_000);
  }
}
