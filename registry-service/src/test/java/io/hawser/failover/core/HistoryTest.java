package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Epoch;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final long LATER_MS = 10_000 + RecoveryOfFailed.LOOP_MS;

  private static Incident incident(Phase phase, Recovery recovery, long openedAtMs) {
    return incident("s" + openedAtMs, phase, recovery, openedAtMs);
  }

  private static Incident incident(
      String service, Phase phase, Recovery recovery, long openedAtMs) {
    return new Incident(
        service,
        "i",
        "",
        "",
        phase,
        "",
        List.of(),
        Epoch.NONE,
        recovery,
        0,
        openedAtMs,
        List.of(),
        List.of(),
        Optional.empty(),
        0);
  }

  @Test
  void the_newest_ended_ones_and_all_that_go_on_are_kept() {
    Map<Integer, Incident> all = new HashMap<>();
    for (int i = 0; i < History.MAX_ENDED + 2; i++) {
      all.put(i, incident(Phase.CLOSED, Recovery.RECOVERED, 1_000 + i));
    }
    all.put(-1, incident(Phase.FAILED, Recovery.TRYING, 1));
    all.put(-2, incident(Phase.OPENED, Recovery.NONE, 2));

    assertThat(History.surplus(all, i -> false, LATER_MS)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void one_service_does_not_push_out_the_history_of_the_others() {
    Map<Integer, Incident> all = new HashMap<>();
    all.put(-1, incident("quiet", Phase.CLOSED, Recovery.RECOVERED, 1));
    for (int i = 0; i < History.MAX_ENDED; i++) {
      all.put(i, incident("busy", Phase.CLOSED, Recovery.RECOVERED, 1_000 + i));
    }

    assertThat(History.surplus(all, i -> false, LATER_MS))
        .hasSize(History.MAX_ENDED - History.MAX_ENDED_OF_SERVICE)
        .doesNotContain(-1, History.MAX_ENDED - 1);
  }

  @Test
  void one_whose_failed_instance_is_still_down_is_kept_or_it_would_be_opened_again() {
    Map<Integer, Incident> all = new HashMap<>();
    for (int i = 0; i < History.MAX_ENDED + 50; i++) {
      all.put(i, incident("s", Phase.CLOSED, Recovery.GIVEN_UP, i));
    }

    assertThat(History.surplus(all, i -> true, LATER_MS)).isEmpty();
  }

  @Test
  void aborted_ones_do_not_pile_up_while_their_instance_is_down() {
    Map<Integer, Incident> all = new HashMap<>();
    for (int i = 0; i < History.MAX_ENDED_OF_SERVICE + 3; i++) {
      all.put(i, incident("s", Phase.ABORTED, Recovery.NONE, i));
    }

    assertThat(History.surplus(all, i -> true, LATER_MS)).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void those_by_which_crash_loops_of_many_services_are_told_are_kept() {
    Map<Integer, Incident> all = new HashMap<>();
    for (int i = 0; i < 3 * History.MAX_ENDED; i++) {
      all.put(i, incident("s" + i % History.MAX_ENDED, Phase.CLOSED, Recovery.RECOVERED, i));
    }

    assertThat(History.surplus(all, i -> false, RecoveryOfFailed.LOOP_MS)).containsExactly(0);
  }
}
