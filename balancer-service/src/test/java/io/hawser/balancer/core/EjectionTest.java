package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.EndpointState.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EjectionTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private final EndpointState state = new EndpointState();

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - SECOND_NS / 2})
  void an_ejection_lasts_its_time_wherever_the_clock_stands(long startNs) {
    assertThat(state.unreachable(startNs)).isEqualTo(Change.EJECTED);

    assertThat(state.ejected(startNs)).isTrue();
    assertThat(state.ejected(startNs + SECOND_NS - 1)).isTrue();
    assertThat(state.ejected(startNs + SECOND_NS)).isFalse();
  }

  @Test
  void failures_while_it_is_ejected_already_change_nothing() {
    assertThat(state.unreachable(0)).isEqualTo(Change.EJECTED);

    assertThat(state.unreachable(10)).isEqualTo(Change.NOTHING);
    assertThat(state.unanswered(20)).isEqualTo(Change.NOTHING);
    assertThat(state.ejected(SECOND_NS)).isFalse();
  }

  @Test
  void the_time_doubles_up_to_half_a_minute_while_it_keeps_failing() {
    long nowNs = 0;
    assertThat(state.unreachable(nowNs)).isEqualTo(Change.EJECTED);
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      assertThat(state.ejected(nowNs + seconds * SECOND_NS - 1)).isTrue();
      nowNs += seconds * SECOND_NS;
      assertThat(state.admit(nowNs)).isTrue();
      assertThat(state.unreachable(nowNs)).isEqualTo(Change.EJECTED_AGAIN);
    }
  }

  @Test
  void on_probation_one_request_a_second_may_try() {
    assertThat(state.unreachable(0)).isEqualTo(Change.EJECTED);

    assertThat(state.admit(SECOND_NS - 1)).isFalse();
    assertThat(state.admit(SECOND_NS)).isTrue();
    assertThat(state.admit(SECOND_NS + 1)).isFalse();
    assertThat(state.admit(2 * SECOND_NS)).isTrue();
  }

  @Test
  void an_answer_on_probation_restores_trust_and_the_first_time() {
    assertThat(state.unreachable(0)).isEqualTo(Change.EJECTED);
    assertThat(state.admit(SECOND_NS)).isTrue();

    state.answered(SECOND_NS);

    assertThat(state.admit(SECOND_NS + 1)).isTrue();
    assertThat(state.admit(SECOND_NS + 1)).isTrue();
    assertThat(state.unreachable(SECOND_NS + 2)).isEqualTo(Change.EJECTED);
    assertThat(state.ejected(2 * SECOND_NS + 2)).isFalse();
  }

  @Test
  void an_answer_to_what_began_before_lifts_nothing() {
    assertThat(state.unreachable(100)).isEqualTo(Change.EJECTED);

    state.answered(99);

    assertThat(state.ejected(101)).isTrue();
  }

  @Test
  void only_the_third_unanswered_request_in_a_row_ejects() {
    assertThat(state.unanswered(1)).isEqualTo(Change.NOTHING);
    assertThat(state.unanswered(2)).isEqualTo(Change.NOTHING);
    state.answered(2);
    assertThat(state.unanswered(3)).isEqualTo(Change.NOTHING);
    assertThat(state.unanswered(4)).isEqualTo(Change.NOTHING);
    assertThat(state.unanswered(5)).isEqualTo(Change.EJECTED);
  }

  @Test
  void word_that_it_works_lifts_the_ejection() {
    assertThat(state.unreachable(0)).isEqualTo(Change.EJECTED);

    state.cleared();

    assertThat(state.admit(1)).isTrue();
  }
}
