package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastAppliedTest {
  private final LastApplied last = new LastApplied(10, 5);

  @Test
  void an_entry_of_the_same_past_is_of_the_same_term_or_on_its_side_of_it() {
    assertThat(last.contradicts(10, 5)).isFalse();
    assertThat(last.contradicts(9, 5)).isFalse();
    assertThat(last.contradicts(1, 1)).isFalse();
    assertThat(last.contradicts(11, 5)).isFalse();
    assertThat(last.contradicts(11, 9)).isFalse();
    assertThat(new LastApplied(0, 0).contradicts(1, 1)).isFalse();
  }

  @Test
  void any_other_is_of_another_past() {
    assertThat(last.contradicts(10, 6)).isTrue();
    assertThat(last.contradicts(10, 4)).isTrue();
    assertThat(last.contradicts(9, 6)).isTrue();
    assertThat(last.contradicts(11, 4)).isTrue();
  }

  @Test
  void a_snapshot_is_needed_when_it_goes_further_or_is_of_a_later_term() {
    assertThat(last.lacks(10, 5)).isFalse();
    assertThat(last.lacks(9, 4)).isFalse();
    assertThat(last.lacks(11, 5)).isTrue();
    assertThat(last.lacks(9, 6)).isTrue();
  }
}
