package io.hawser.storage.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.storage.group.core.Countdown.Due;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountdownTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private final Countdown countdown = new Countdown(1_000 * MS);

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5_000_000})
  void nothing_is_due_before_its_time_wherever_the_clock_starts(long startNs) {
    countdown.start("a", 7, 10, startNs);

    assertThat(countdown.due(startNs + 10 * MS - 1, 9)).isEmpty();
    assertThat(countdown.due(startNs + 10 * MS, 9)).containsExactly(new Due("a", 7));
  }

  @Test
  void a_renewal_starts_the_full_time_anew() {
    countdown.start("a", 7, 10, 0);

    assertThat(countdown.renew("a", 7, 9 * MS)).isTrue();

    assertThat(countdown.due(19 * MS - 1, 9)).isEmpty();
    assertThat(countdown.remainingMs("a", 7, 12 * MS)).isEqualTo(7);
    assertThat(countdown.due(19 * MS, 9)).hasSize(1);
  }

  @Test
  void once_the_end_is_proposed_renewals_are_refused() {
    countdown.start("a", 7, 10, 0);
    assertThat(countdown.due(10 * MS, 9)).hasSize(1);

    assertThat(countdown.renew("a", 7, 10 * MS)).isFalse();
    assertThat(countdown.remainingMs("a", 7, 10 * MS)).isZero();
  }

  @Test
  void an_end_that_does_not_come_is_proposed_again() {
    countdown.start("a", 7, 10, 0);
    assertThat(countdown.due(10 * MS, 9)).hasSize(1);

    assertThat(countdown.due(1_009 * MS, 9)).isEmpty();
    assertThat(countdown.due(1_010 * MS, 9)).containsExactly(new Due("a", 7));
  }

  @Test
  void a_renewal_of_another_epoch_is_none() {
    countdown.start("a", 7, 10, 0);

    assertThat(countdown.renew("a", 6, 1)).isFalse();
    assertThat(countdown.renew("b", 7, 1)).isFalse();
  }

  @Test
  void what_was_read_late_does_not_take_the_place_of_what_is_newer() {
    countdown.start("a", 9, 1_000, 0);
    countdown.start("a", 7, 10, 0);

    assertThat(countdown.due(20 * MS, 9)).isEmpty();
    countdown.drop(new Due("a", 7));
    assertThat(countdown.due(1_000 * MS, 9)).containsExactly(new Due("a", 9));
  }

  @Test
  void while_it_is_held_it_is_not_due_and_afterwards_it_is() {
    countdown.start("a", 7, 10, 0);
    countdown.hold("a");
    countdown.hold("a");

    assertThat(countdown.due(10 * MS, 9)).isEmpty();
    countdown.release("a");
    assertThat(countdown.due(1_010 * MS, 9)).isEmpty();
    countdown.release("a");
    assertThat(countdown.due(1_010 * MS, 9)).containsExactly(new Due("a", 7));
    assertThat(countdown.due(1_010 * MS, 9)).isEmpty();
  }

  @Test
  void one_that_is_held_again_and_again_is_due_as_soon_as_nothing_holds_it() {
    countdown.start("a", 7, 10, 0);
    for (int i = 0; i < 5; i++) {
      countdown.hold("a");
      assertThat(countdown.due((10 + i) * MS, 9)).isEmpty();
      countdown.release("a");
    }

    assertThat(countdown.due(15 * MS, 9)).containsExactly(new Due("a", 7));
  }

  @Test
  void what_is_renewed_while_it_is_held_beyond_its_time_has_its_full_time_again() {
    countdown.start("a", 7, 10, 0);
    countdown.hold("a");
    assertThat(countdown.due(10 * MS, 9)).isEmpty();
    assertThat(countdown.renew("a", 7, 12 * MS)).isTrue();
    countdown.release("a");

    assertThat(countdown.due(22 * MS - 1, 9)).isEmpty();
    assertThat(countdown.due(22 * MS, 9)).hasSize(1);
  }

  @Test
  void as_many_are_due_at_once_as_are_asked_for() {
    for (int i = 0; i < 10; i++) {
      countdown.start("k" + i, 1, 10, 0);
    }

    assertThat(countdown.due(10 * MS, 4)).hasSize(4);
    assertThat(countdown.due(10 * MS, 9)).hasSize(6);
  }

  @Test
  void an_endless_time_does_not_wrap() {
    countdown.start("a", 1, Long.MAX_VALUE, Long.MAX_VALUE - 5);

    assertThat(countdown.due(Long.MIN_VALUE + 5, 9)).isEmpty();
    assertThat(countdown.due(Long.MIN_VALUE + 1_000_000 * MS, 9)).isEmpty();
  }

  @Test
  void whatever_happens_nothing_is_due_early_and_nothing_is_forgotten() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Countdown timers = new Countdown(50 * MS);
      Map<String, Long> ends = new HashMap<>();
      Map<String, Long> marks = new HashMap<>();
      long nowNs = random.nextLong();
      for (int i = 0; i < 400; i++) {
        nowNs += (long) random.nextInt(5) * MS;
        String name = "n" + random.nextInt(8);
        switch (random.nextInt(4)) {
          case 0 -> {
            long ttl = 1L + random.nextInt(40);
            timers.start(name, i + 1L, ttl, nowNs);
            ends.put(name, nowNs + ttl * MS);
            marks.put(name, i + 1L);
          }
          case 1 -> {
            timers.drop(name);
            ends.remove(name);
          }
          default -> {
            for (Due due : timers.due(nowNs, 3)) {
              assertThat(marks.get(due.name())).as("seed %d", seed).isEqualTo(due.mark());
              assertThat(nowNs - ends.getOrDefault(due.name(), nowNs + 1))
                  .as("seed %d step %d %s", seed, i, due)
                  .isNotNegative();
              timers.drop(due);
              ends.remove(due.name());
            }
          }
        }
      }
      List<Due> rest = timers.due(nowNs + 10_000 * MS, 100);
      assertThat(rest).as("seed %d", seed).hasSameSizeAs(ends.keySet());
    }
  }
}
