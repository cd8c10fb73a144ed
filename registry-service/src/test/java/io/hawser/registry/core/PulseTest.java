package io.hawser.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PulseTest {
  private final Pulse pulse = new Pulse(3_000, new Losses(), 0);

  private static long ns(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }

  /**
   * Beats that waited during a stall are taken in before the time to which it moved the last one.
   */
  @Test
  void the_gap_in_which_this_node_stood_still_is_not_learned() {
    pulse.beat(null, ns(1_000));
    pulse.shift(ns(5_000));
    for (long ms = 5_500; ms <= 30_500; ms += 1_000) {
      pulse.beat(null, ns(ms));
    }

    assertThat(pulse.improbable(ns(31_600))).isFalse();
    assertThat(pulse.improbable(ns(33_400))).isTrue();
    assertThat(pulse.lapsed(ns(33_400))).isFalse();
    assertThat(pulse.lapsed(ns(33_600))).isTrue();
  }
}
