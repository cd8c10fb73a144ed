package io.hawser.storage.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.OrderVerb;
import io.hawser.storage.placement.Step.Asked;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {
  private static final long S = TimeUnit.SECONDS.toNanos(1);
  private static final NodeId NODE = new NodeId("n");
  private static final Step OPEN = new Step.Open(NODE, "meta");
  private static final Asked ASKED = new Asked(OrderVerb.OPEN, NODE, "meta");
  private final Refusals refusals = new Refusals();

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5_000_000_000L})
  void who_refuses_again_is_asked_again_later_each_time_up_to_a_bound(long startNs) {
    long nowNs = startNs;
    for (long holds : List.of(S, 4 * S, 16 * S, 30 * S, 30 * S)) {
      refusals.refused(OPEN, nowNs);
      assertThat(refusals.recent(nowNs + holds - 1)).containsExactly(ASKED);
      assertThat(refusals.recent(nowNs + holds)).isEmpty();
      nowNs += holds;
    }
    assertThat(refusals.stubborn(nowNs)).containsExactly(ASKED);
    assertThat(refusals.stubborn(nowNs + Refusals.FORGET_NS)).isEmpty();
  }

  @Test
  void it_takes_some_refusals_in_a_row_to_be_stubborn() {
    for (int i = 1; i < Refusals.STUBBORN; i++) {
      refusals.refused(OPEN, 0);
    }
    assertThat(refusals.stubborn(0)).isEmpty();

    refusals.done(OPEN);
    refusals.refused(OPEN, 0);
    assertThat(refusals.stubborn(0)).isEmpty();
    for (int i = 1; i < Refusals.STUBBORN; i++) {
      refusals.refused(OPEN, 0);
    }
    assertThat(refusals.stubborn(0)).containsExactly(ASKED);
  }

  @Test
  void a_change_of_voters_that_fails_is_laid_to_who_comes() {
    NodeId leader = new NodeId("leader");
    refusals.refused(new Step.Voters(leader, "meta", List.of(leader, NODE), List.of(NODE)), 0);
    refusals.refused(new Step.Voters(leader, "data-0", List.of(leader), List.of()), 0);

    assertThat(refusals.recent(0))
        .containsExactlyInAnyOrder(
            new Asked(OrderVerb.VOTERS, NODE, "meta"),
            new Asked(OrderVerb.VOTERS, leader, "data-0"));
  }
}
