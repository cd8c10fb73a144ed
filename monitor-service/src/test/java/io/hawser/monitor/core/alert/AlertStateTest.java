package io.hawser.monitor.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.AlertPhase;
import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Function;
import io.hawser.model.Facet.Rule;
import io.hawser.monitor.core.alert.AlertState.Firing;
import io.hawser.monitor.core.alert.AlertState.Inactive;
import io.hawser.monitor.core.alert.AlertState.Pending;
import io.hawser.monitor.core.alert.AlertState.Resolved;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AlertStateTest {
  private static final long NOW = 100_000;
  private static final double HIGH = 11;
  private static final double LOW = 10;

  private static final Inactive INACTIVE = new Inactive();
  private static final Pending PENDING = new Pending(20, 99_000);
  private static final Firing FIRING = new Firing(20, 90_000, 95_000);
  private static final Resolved RESOLVED = new Resolved(5, 90_000, 95_000, 97_000);

  static Rule above(double threshold, long forMs) {
    return new Rule(
        "queue",
        Map.of(),
        Function.MEAN,
        60_000,
        Comparison.ABOVE,
        threshold,
        forMs,
        "page",
        Map.of());
  }

  static Stream<Arguments> table() {
    return Stream.of(
        Arguments.of(INACTIVE, HIGH, 5_000, new Pending(HIGH, NOW)),
        Arguments.of(INACTIVE, HIGH, 0, new Firing(HIGH, NOW, NOW)),
        Arguments.of(INACTIVE, LOW, 0, INACTIVE),
        Arguments.of(PENDING, HIGH, 1_001, new Pending(HIGH, 99_000)),
        Arguments.of(PENDING, HIGH, 1_000, new Firing(HIGH, 99_000, NOW)),
        Arguments.of(PENDING, LOW, 1_000, INACTIVE),
        Arguments.of(FIRING, HIGH, 5_000, new Firing(HIGH, 90_000, 95_000)),
        Arguments.of(FIRING, LOW, 5_000, new Resolved(LOW, 90_000, 95_000, NOW)),
        Arguments.of(RESOLVED, HIGH, 5_000, new Pending(HIGH, NOW)),
        Arguments.of(RESOLVED, HIGH, 0, new Firing(HIGH, NOW, NOW)),
        Arguments.of(RESOLVED, LOW, 0, RESOLVED));
  }

  @ParameterizedTest
  @MethodSource("table")
  void a_value_leads_to_the_state_of_the_table(
      AlertState before, double value, long forMs, AlertState after) {
    assertThat(before.seen(above(10, forMs), value, NOW)).isEqualTo(after);
  }

  static Stream<Arguments> missingTable() {
    return Stream.of(
        Arguments.of(INACTIVE, INACTIVE),
        Arguments.of(PENDING, INACTIVE),
        Arguments.of(FIRING, new Resolved(20, 90_000, 95_000, NOW)),
        Arguments.of(RESOLVED, RESOLVED));
  }

  @ParameterizedTest
  @MethodSource("missingTable")
  void missing_data_changes_nothing_at_first_and_clears_in_the_end(
      AlertState before, AlertState inTheEnd) {
    assertThat(before.missing(false, NOW)).isEqualTo(before);
    assertThat(before.missing(true, NOW)).isEqualTo(inTheEnd);
  }

  @ParameterizedTest
  @MethodSource("missingTable")
  void a_state_is_the_same_after_it_was_kept_as_a_facet(AlertState state, AlertState other) {
    assertThat(AlertState.of(state.facet())).isEqualTo(state);
    assertThat(AlertState.of(other.facet())).isEqualTo(other);
  }

  @Test
  void a_start_ahead_of_the_clock_is_taken_as_now() {
    AlertState next = new Pending(HIGH, NOW + 3_600_000).seen(above(10, 1_000), HIGH, NOW);

    assertThat(next).isEqualTo(new Pending(HIGH, NOW));
  }

  @Test
  void below_means_below() {
    Rule rule = new Rule("m", Map.of(), Function.MEAN, 0, Comparison.BELOW, 10, 0, "", Map.of());

    assertThat(INACTIVE.seen(rule, 10, NOW)).isEqualTo(INACTIVE);
    assertThat(INACTIVE.seen(rule, 9.9, NOW)).isEqualTo(new Firing(9.9, NOW, NOW));
  }

  @Test
  void the_facet_of_a_firing_alert_says_when_it_began() {
    assertThat(FIRING.facet())
        .isEqualTo(Optional.of(new Alert(AlertPhase.FIRING, 20, 90_000, 95_000, 0)));
    assertThat(INACTIVE.facet()).isEmpty();
  }
}
