package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What is known of how fast an instance answers. */
class PaceTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND_NS = 1_000 * MS;
  private static final double EXACTLY = 1e-3;

  private final Pace pace = new Pace();

  private void answers(long askedNs, long tookNs) {
    pace.asked(askedNs);
    pace.measured(askedNs, false, askedNs + tookNs);
  }

  @Test
  void one_that_was_never_asked_is_asked_at_once_and_then_by_nobody_else_before_it_has_answered() {
    assertThat(pace.latencyNs(0)).isZero();

    pace.asked(0);

    assertThat(pace.latencyNs(MS)).isEqualTo(Latency.UNTRIED_NS);
    pace.measured(0, false, 5 * MS);
    assertThat(pace.latencyNs(5 * MS)).isEqualTo(5.0 * MS);
  }

  @Test
  void an_answer_that_is_waited_for_counts_for_as_long_as_it_has_been() {
    answers(0, 20 * MS);

    pace.asked(100 * MS);
    assertThat(pace.latencyNs(110 * MS)).isCloseTo(20.0 * MS, within(EXACTLY));
    assertThat(pace.latencyNs(300 * MS)).isCloseTo(200.0 * MS, within(EXACTLY));

    // Others that were asked later, and have answered, do not end that.
    pace.asked(250 * MS);
    pace.measured(250 * MS, false, 260 * MS);
    assertThat(pace.latencyNs(300 * MS)).isCloseTo(200.0 * MS, within(EXACTLY));

    pace.measured(100 * MS, false, 310 * MS);
    assertThat(pace.latencyNs(310 * MS)).isCloseTo(210.0 * MS, within(EXACTLY));
  }

  @Test
  void a_slower_answer_counts_at_once_and_faster_ones_within_seconds() {
    answers(0, 20 * MS);
    answers(SECOND_NS, 300 * MS);
    assertThat(pace.latencyNs(SECOND_NS + 300 * MS)).isEqualTo(300.0 * MS);

    for (long ns = SECOND_NS + 300 * MS; ns < 4 * SECOND_NS; ns += 20 * MS) {
      answers(ns, 20 * MS);
    }
    assertThat(pace.latencyNs(4 * SECOND_NS)).isBetween(20.0 * MS, 50.0 * MS);
  }

  @Test
  void without_answers_it_fades_and_comes_back_while_one_is_waited_for() {
    answers(0, 200 * MS);
    long laterNs = 200 * MS + 20 * SECOND_NS;
    assertThat(pace.latencyNs(laterNs)).isCloseTo(200 * MS * Math.exp(-2), within(EXACTLY));

    pace.asked(laterNs);

    assertThat(pace.latencyNs(laterNs)).isEqualTo(200.0 * MS);
  }

  @Test
  void a_failure_is_a_very_slow_answer_however_fast_it_came() {
    pace.asked(0);
    pace.measured(0, true, MS);

    assertThat(pace.latencyNs(MS)).isEqualTo(Latency.FAILURE_NS);
  }

  @Test
  void one_that_was_given_up_took_at_least_so_long_when_it_had_been_sent() {
    answers(0, 20 * MS);

    pace.asked(100 * MS);
    pace.givenUp(100 * MS, false, 900 * MS);
    assertThat(pace.latencyNs(900 * MS)).isLessThan(20.0 * MS);

    pace.asked(SECOND_NS);
    pace.givenUp(SECOND_NS, true, SECOND_NS + 5 * MS);
    assertThat(pace.latencyNs(SECOND_NS + 5 * MS)).isLessThan(20.0 * MS);

    pace.asked(2 * SECOND_NS);
    pace.givenUp(2 * SECOND_NS, true, 2 * SECOND_NS + 800 * MS);
    assertThat(pace.latencyNs(2 * SECOND_NS + 800 * MS)).isEqualTo(800.0 * MS);
  }

  @Test
  void it_holds_on_both_sides_of_the_wrap_of_the_clock() {
    long nowNs = Long.MAX_VALUE - 10 * MS;
    pace.asked(nowNs);
    assertThat(pace.latencyNs(nowNs + 2 * SECOND_NS)).isEqualTo(2.0 * SECOND_NS);
    pace.measured(nowNs, false, nowNs + 20 * MS);
    assertThat(pace.latencyNs(nowNs + 20 * MS)).isEqualTo(20.0 * MS);
  }
}
