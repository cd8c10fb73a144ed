package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.core.Turn.Change;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnTest {
  private static final long SETTLE_MS = 500;
  private static final long LOOK_MS = 100;

  private final Turn turn = new Turn(SETTLE_MS, LOOK_MS);
  private long nowNs = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2);

  private Change after(long ms, boolean lowest) {
    nowNs += TimeUnit.MILLISECONDS.toNanos(ms);
    return turn.look(lowest, nowNs);
  }

  private void looksOn(long ms) {
    for (long i = 0; i < ms; i += LOOK_MS) {
      assertThat(after(LOOK_MS, true)).isEqualTo(Change.NONE);
    }
  }

  @Test
  void who_becomes_the_lowest_waits_before_it_acts() {
    assertThat(turn.mayAct(nowNs)).isFalse();
    assertThat(after(0, true)).isEqualTo(Change.BEGUN);
    looksOn(SETTLE_MS - LOOK_MS);
    assertThat(turn.mayAct(nowNs)).isFalse();
    looksOn(LOOK_MS);
    assertThat(turn.mayAct(nowNs)).isTrue();
    assertThat(after(1, false)).isEqualTo(Change.ENDED);
    assertThat(turn.mayAct(nowNs)).isFalse();
  }

  @Test
  void who_was_held_up_waits_until_its_catalog_must_have_been_exchanged() {
    assertThat(after(0, true)).isEqualTo(Change.BEGUN);
    looksOn(SETTLE_MS);
    nowNs += TimeUnit.MILLISECONDS.toNanos(LOOK_MS + Turn.LATE_MS + 1);
    assertThat(turn.mayAct(nowNs)).isFalse();

    assertThat(after(0, true)).isEqualTo(Change.HELD_UP);
    looksOn(Turn.CATCH_UP_MS - LOOK_MS);
    assertThat(turn.mayAct(nowNs)).isFalse();
    looksOn(LOOK_MS);
    assertThat(turn.mayAct(nowNs)).isTrue();
  }

  @Test
  void who_becomes_the_lowest_by_being_held_up_waits_as_long() {
    assertThat(after(0, false)).isEqualTo(Change.NONE);
    assertThat(after(10_000, true)).isEqualTo(Change.BEGUN);
    looksOn(SETTLE_MS);
    assertThat(turn.mayAct(nowNs)).isFalse();
  }
}
