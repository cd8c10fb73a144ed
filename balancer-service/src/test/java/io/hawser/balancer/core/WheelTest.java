package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WheelTest {
  private static final class Alarm extends Wheel.Timer {
    @Override
    public void expired() {
      throw new AssertionError("only handed on");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1_000_000_000L})
  void a_deadline_fires_once_in_time_and_never_early(long originNs) {
    Wheel wheel = new Wheel(originNs);
    Alarm alarm = new Alarm();
    List<Wheel.Timer> fired = new ArrayList<>();
    wheel.arm(alarm, originNs + 1_000_000_000L);

    wheel.advance(originNs + 999_999_999L, fired::add);
    assertThat(fired).isEmpty();
    wheel.advance(originNs + 1_000_000_000L + 2 * Wheel.TICK_NS, fired::add);
    wheel.advance(originNs + 90_000_000_000L, fired::add);
    assertThat(fired).containsExactly(alarm);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatever_is_set_moved_and_taken_away_fires_when_its_last_deadline_says(long seed) {
    Random random = new Random(seed);
    Wheel wheel = new Wheel(0);
    List<Alarm> alarms = new ArrayList<>();
    Map<Wheel.Timer, Long> expected = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      alarms.add(new Alarm());
    }
    long nowNs = 0;
    for (int step = 0; step < 20_000; step++) {
      Alarm alarm = alarms.get(random.nextInt(alarms.size()));
      switch (random.nextInt(4)) {
        case 0 -> {
          wheel.disarm(alarm);
          expected.remove(alarm);
        }
        case 1 -> {
          wheel.remove(alarm);
          expected.remove(alarm);
        }
        default -> {
          long deadlineNs = nowNs + random.nextLong(60_000_000_000L);
          wheel.arm(alarm, deadlineNs);
          expected.put(alarm, deadlineNs);
        }
      }
      nowNs += random.nextLong(100_000_000L);
      long atNs = nowNs;
      wheel.advance(
          nowNs,
          timer -> {
            Long deadlineNs = expected.remove(timer);
            assertThat(deadlineNs).as("seed " + seed).isNotNull().isLessThanOrEqualTo(atNs);
          });
      assertThat(expected.values())
          .as("seed " + seed)
          .allSatisfy(deadlineNs -> assertThat(deadlineNs).isGreaterThan(atNs - 2 * Wheel.TICK_NS));
    }
  }
}
