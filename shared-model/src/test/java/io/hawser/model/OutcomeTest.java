package io.hawser.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OutcomeTest {
  @Test
  void only_an_ok_outcome_is_mapped() {
    Outcome<Integer> ok = new Outcome.Ok<>(3);
    Outcome<Integer> rejected = new Outcome.Rejected<>("no", "why");
    Outcome<Integer> unknown = new Outcome.Unknown<>("gone");

    assertThat(ok.map(n -> n + 1)).isEqualTo(new Outcome.Ok<>(4));
    assertThat(rejected.map(n -> n + 1)).isEqualTo(rejected);
    assertThat(unknown.map(n -> n + 1)).isEqualTo(unknown);
  }

  @Test
  void an_epoch_only_rises_and_never_wraps() {
    Epoch one = Epoch.NONE.next();

    assertThat(one.newerThan(Epoch.NONE)).isTrue();
    assertThat(one.newerThan(one)).isFalse();
    assertThat(one).isGreaterThan(Epoch.NONE);
    assertThatThrownBy(() -> new Epoch(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Epoch(Long.MAX_VALUE).next())
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void of_two_stamps_of_one_time_that_of_the_higher_node_is_newer() {
    Stamp a = new Stamp(5, new NodeId("a"));
    Stamp b = new Stamp(5, new NodeId("b"));

    assertThat(b.newerThan(a)).isTrue();
    assertThat(a.newerThan(b)).isFalse();
    assertThat(a.newerThan(a)).isFalse();
    assertThat(new Stamp(6, new NodeId("a")).newerThan(b)).isTrue();
  }
}
