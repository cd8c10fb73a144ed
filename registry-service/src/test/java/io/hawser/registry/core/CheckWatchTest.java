package io.hawser.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.State.Finding;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CheckWatchTest {
  private static final State UP = new State.Up();
  private static final long LAST_MS = 59_000;

  private static long ns(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }

  /** What a first failed check makes of a TTL of three beats that has just lapsed. */
  private static Finding failsOnce(int everySoManiethIsLost) {
    Pulse pulse = new Pulse(3_000, new Losses(), 0);
    CheckLine line = CheckLine.periodic(Lab.HTTP, 0, 0);
    CheckWatch watch = new CheckWatch(pulse, List.of(line));
    for (long ms = 1_000; ms <= LAST_MS; ms += 1_000) {
      if (ms / 1_000 % everySoManiethIsLost != 0) {
        watch.beat(UP, null, ns(ms));
      }
    }
    long nowNs = ns(LAST_MS + 3_200);
    line.start(1, nowNs);
    assertThat(watch.take(UP, line, new Result.Fail("planted"), nowNs)).isTrue();
    return watch.finding(UP, nowNs);
  }

  @Test
  void a_lapsed_ttl_and_a_failed_check_are_a_failure_where_no_beats_are_lost() {
    assertThat(failsOnce(1_000)).isInstanceOf(Finding.Fails.class);
  }

  @Test
  void they_are_a_doubt_where_the_loss_of_beats_explains_the_silence() {
    assertThat(failsOnce(5)).isInstanceOf(Finding.Doubt.class);
  }
}
