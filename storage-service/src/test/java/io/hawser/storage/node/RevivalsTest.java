package io.hawser.storage.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevivalsTest {
  private static final Map<String, String> STOPPED = Map.of("data-0", "Fail to append log entries");
  private static final Map<String, String> NONE = Map.of();

  private final Revivals revivals = new Revivals();

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5})
  void what_stopped_on_a_full_disk_is_opened_when_there_is_room(long nowNs) {
    assertThat(revivals.due(STOPPED, true, nowNs)).isEmpty();
    assertThat(revivals.due(STOPPED, true, nowNs + 1)).isEmpty();

    assertThat(revivals.due(STOPPED, false, nowNs + 2)).containsExactly("data-0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_stopped_for_another_reason_stays_stopped(boolean fullLater) {
    assertThat(revivals.due(STOPPED, false, 0)).isEmpty();
    assertThat(revivals.due(STOPPED, fullLater, 1)).isEmpty();

    assertThat(revivals.due(STOPPED, false, 2)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "data-7"})
  void who_was_full_just_before_or_says_so_counts_as_full(String group) {
    assertThat(revivals.due(NONE, true, 0)).isEmpty();
    assertThat(revivals.due(Map.of(group, "?"), false, 1)).containsExactly(group);
    assertThat(revivals.due(NONE, false, 2)).isEmpty();

    String why = "cannot write: While appending: No space left on device";
    assertThat(revivals.due(Map.of("other", why), false, 3)).containsExactly("other");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void what_stops_again_and_again_is_opened_less_and_less_often(long startNs) {
    long nowNs = startNs;
    long lastNs = startNs;
    long pauseNs = 0;
    for (int i = 0; i < 12; i++) {
      assertThat(revivals.due(STOPPED, true, nowNs)).isEmpty();
      while (revivals.due(STOPPED, false, nowNs).isEmpty()) {
        nowNs += Revivals.PAUSE_NS / 2;
        assertThat(nowNs - lastNs).isLessThan(2 * Revivals.LONGEST_NS);
      }
      if (i > 0) {
        assertThat(nowNs - lastNs).isBetween(pauseNs, Revivals.LONGEST_NS + Revivals.PAUSE_NS);
        pauseNs = nowNs - lastNs;
      }
      lastNs = nowNs;
      assertThat(revivals.due(NONE, false, nowNs)).as("it runs").isEmpty();
    }
    assertThat(pauseNs).isGreaterThanOrEqualTo(Revivals.LONGEST_NS);
  }
}
