package io.hawser.monitor.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.AlertPhase;
import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Function;
import io.hawser.model.Facet.Rule;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.monitor.core.alert.AlertBook.Moment;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertBookTest {
  private static final long WALL = 1_700_000_000_000L;
  private static final Rule RULE = AlertStateTest.above(10, 5_000);
  private static final Summary NOTHING = mean(0, 0);

  private final AlertBook book = new AlertBook();
  private Optional<Alert> facet = Optional.empty();
  private long startNs;

  private static Summary mean(long count, double value) {
    return new Summary(count, value, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  private Moment at(long ms) {
    return new Moment(WALL + ms, startNs + ms * 1_000_000);
  }

  /** One look, whose write is carried out. */
  private Step look(AlertBook by, Summary summary, long ms) {
    Step step = by.look("slow", RULE, facet, summary, at(ms));
    if (step instanceof Step.Write write) {
      facet = write.value();
    }
    return step;
  }

  private static Optional<Notice> notice(Step step) {
    return step instanceof Step.Write write ? write.notice() : Optional.empty();
  }

  @Test
  void an_alert_fires_once_and_is_resolved_once() {
    assertThat(notice(look(book, mean(1, 20), 0))).isEmpty();
    assertThat(facet.map(Alert::phase)).contains(AlertPhase.PENDING);
    assertThat(look(book, mean(1, 20), 4_999)).isEqualTo(new Step.Stay());
    Notice firing = notice(look(book, mean(1, 21), 5_000)).orElseThrow();
    assertThat(firing.event()).isEqualTo(new Event.AlertFiring("slow", "page", 21, 10));
    assertThat(look(book, mean(1, 22), 6_000)).isEqualTo(new Step.Stay());
    Notice resolved = notice(look(book, mean(1, 3), 7_000)).orElseThrow();
    assertThat(resolved.event()).isEqualTo(new Event.AlertResolved("slow", "page", 3));
    assertThat(resolved.labels()).isEqualTo(firing.labels());
    assertThat(look(book, mean(1, 3), 8_000)).isEqualTo(new Step.Stay());
    assertThat(facet).contains(new Alert(AlertPhase.RESOLVED, 3, WALL, WALL + 5_000, WALL + 7_000));
  }

  @Test
  void the_next_evaluator_goes_on_with_the_wait_and_does_not_fire_again() {
    AlertBook next = new AlertBook();
    AlertBook third = new AlertBook();

    assertThat(notice(look(book, mean(1, 20), 0))).isEmpty();
    assertThat(notice(look(next, mean(1, 20), 5_000))).isPresent();
    assertThat(look(third, mean(1, 20), 6_000)).isEqualTo(new Step.Stay());
    assertThat(notice(look(third, mean(1, 1), 7_000))).isPresent();
  }

  @Test
  void a_value_is_refreshed_at_most_every_ten_seconds_and_without_notice() {
    assertThat(look(book, mean(1, 20), 0)).isInstanceOf(Step.Write.class);
    assertThat(notice(look(book, mean(1, 20), 5_000))).isPresent();

    assertThat(look(book, mean(1, 30), 14_999)).isEqualTo(new Step.Stay());
    assertThat(look(book, mean(1, 31), 15_000))
        .isEqualTo(
            new Step.Write(
                Optional.of(new Alert(AlertPhase.FIRING, 31, WALL, WALL + 5_000, 0)),
                Optional.empty()));
    assertThat(look(book, mean(1, 31), 40_000)).isEqualTo(new Step.Stay());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 20_000_000_000L})
  void without_data_an_alert_stays_for_thirty_seconds_and_is_resolved(long clockStart) {
    startNs = clockStart;
    facet = Optional.of(new Alert(AlertPhase.FIRING, 20, WALL, WALL, 0));

    assertThat(look(book, NOTHING, 1_000)).isEqualTo(new Step.Stay());
    assertThat(look(book, NOTHING, 30_999)).isEqualTo(new Step.Stay());
    Notice resolved = notice(look(book, NOTHING, 31_000)).orElseThrow();
    assertThat(resolved.firing()).isFalse();
    assertThat(resolved.value()).isEqualTo(20);
  }

  @Test
  void data_in_between_begins_the_wait_anew() {
    facet = Optional.of(new Alert(AlertPhase.FIRING, 20, WALL, WALL, 0));

    assertThat(look(book, NOTHING, 0)).isEqualTo(new Step.Stay());
    assertThat(look(book, mean(1, 20), 20_000)).isEqualTo(new Step.Stay());
    assertThat(look(book, NOTHING, 31_000)).isEqualTo(new Step.Stay());
    assertThat(look(book, NOTHING, 60_999)).isEqualTo(new Step.Stay());
    assertThat(notice(look(book, NOTHING, 61_000))).isPresent();
  }

  @ParameterizedTest
  @EnumSource(
      value = Function.class,
      names = {"COUNT", "RATE"})
  void nothing_is_a_count_of_zero(Function function) {
    Rule silent =
        new Rule("m", Map.of(), function, 60_000, Comparison.BELOW, 1, 0, "page", Map.of());

    Step step = book.look("silent", silent, Optional.empty(), NOTHING, at(0));

    assertThat(notice(step)).isPresent();
  }

  @Test
  void the_end_of_a_rule_resolves_its_alert() {
    Alert firing = new Alert(AlertPhase.FIRING, 20, WALL, WALL, 0);
    book.remember(Map.of("slow", RULE), Set.of("slow"));
    book.remember(Map.of(), Set.of("slow"));

    Step step = book.end("slow", firing, at(1_000));

    assertThat(((Step.Write) step).value()).isEmpty();
    assertThat(notice(step).orElseThrow().event())
        .isEqualTo(new Event.AlertResolved("slow", "page", 20));
  }

  @Test
  void the_end_of_a_rule_whose_alert_did_not_fire_is_told_nobody() {
    Alert pending = new Alert(AlertPhase.PENDING, 20, WALL, 0, 0);
    Alert resolved = new Alert(AlertPhase.RESOLVED, 20, WALL, WALL, WALL);

    Step gone = new Step.Write(Optional.empty(), Optional.empty());
    assertThat(book.end("slow", pending, at(0))).isEqualTo(gone);
    assertThat(book.end("slow", resolved, at(0))).isEqualTo(gone);
  }
}
