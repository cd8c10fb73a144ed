package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Epoch;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static Incident incident(Phase phase, Recovery recovery, long openedAtMs) {
    return new Incident(
        "s", "i", "", "", phase, "", List.of(), Epoch.NONE, recovery, 0, openedAtMs, List.of());
  }

  @Test
  void the_newest_ended_ones_and_all_that_go_on_are_kept() {
    Map<Integer, Incident> all = new HashMap<>();
    for (int i = 0; i < History.MAX_ENDED + 2; i++) {
      all.put(i, incident(Phase.CLOSED, Recovery.RECOVERED, 1_000 + i));
    }
    all.put(-1, incident(Phase.FAILED, Recovery.TRYING, 1));
    all.put(-2, incident(Phase.OPENED, Recovery.NONE, 2));

    assertThat(History.surplus(all)).containsExactlyInAnyOrder(0, 1);
  }
}
