package io.hawser.registry.core.panel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlapsTest {
  private static long seconds(long s) {
    return TimeUnit.SECONDS.toNanos(s);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 60_000_000_000L})
  void three_falls_in_quick_succession_hold_it_back_for_two_minutes(long startNs) {
    Flaps flaps = new Flaps();
    flaps.fell(startNs);
    flaps.fell(startNs + seconds(1));
    assertThat(flaps.suppressed(startNs + seconds(1))).isFalse();
    flaps.fell(startNs + seconds(2));

    assertThat(flaps.suppressed(startNs + seconds(3))).isTrue();
    assertThat(flaps.suppressed(startNs + seconds(110))).isTrue();
    assertThat(flaps.suppressed(startNs + seconds(125))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void falls_that_are_minutes_apart_never_do(long startNs) {
    Flaps flaps = new Flaps();
    for (int i = 0; i < 20; i++) {
      flaps.fell(startNs + seconds(180L * i));
      assertThat(flaps.suppressed(startNs + seconds(180L * i))).isFalse();
    }
  }
}
