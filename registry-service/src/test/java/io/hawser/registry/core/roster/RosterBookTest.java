package io.hawser.registry.core.roster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RosterBookTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");

  @Test
  void a_node_starts_with_itself_and_what_it_kept() {
    RosterBook first = new RosterBook(A, List.of(), 1_000);
    assertThat(first.members()).containsExactly(A);

    RosterBook again = new RosterBook(A, new RosterBook(B, first.marks(), 2_000).marks(), 500);
    assertThat(again.members()).containsExactly(A, B);
  }

  @Test
  void one_that_leaves_is_counted_no_more_and_one_that_dies_is() {
    RosterBook a = new RosterBook(A, List.of(), 1_000);
    RosterBook b = new RosterBook(B, List.of(), 1_000);
    assertThat(a.merge(b.marks(), 1_000)).isTrue();
    assertThat(a.merge(b.marks(), 900_000_000)).isFalse();
    assertThat(a.members()).containsExactly(A, B);

    b.leave(2_000);
    assertThat(a.merge(b.marks(), 2_000)).isTrue();
    assertThat(a.members()).containsExactly(A);
  }

  @Test
  void one_that_returns_is_counted_again_even_with_a_clock_that_was_set_back() {
    RosterBook a = new RosterBook(A, List.of(), 1_000);
    RosterBook b = new RosterBook(B, List.of(), 9_000);
    b.leave(9_500);
    boolean changed = a.merge(b.marks(), 9_500);
    assertThat(changed).isTrue();

    RosterBook next = new RosterBook(B, b.marks(), 3_000);
    assertThat(a.merge(next.marks(), 3_000)).isTrue();
    assertThat(a.members()).containsExactly(A, B);
  }

  @Test
  void a_word_of_a_former_life_does_not_put_a_living_node_out() {
    RosterBook former = new RosterBook(A, List.of(), 5_000);
    former.leave(6_000);
    RosterBook a = new RosterBook(A, List.of(), 1_000);
    boolean changed = a.merge(former.marks(), 1_000);

    assertThat(changed).isTrue();
    assertThat(a.members()).containsExactly(A);
  }

  @Test
  void one_that_an_operator_takes_out_is_out_for_all_that_hear_of_it() {
    RosterBook a = new RosterBook(A, List.of(), 1_000);
    RosterBook b = new RosterBook(B, List.of(), 9_000);
    RosterBook c = new RosterBook(new NodeId("node-c"), b.marks(), 1_000);
    assertThat(a.merge(c.marks(), 1_000)).isTrue();

    assertThat(a.forget(B)).isTrue();
    assertThat(a.forget(B)).isFalse();
    assertThat(c.merge(a.marks(), 1_000)).isTrue();

    assertThat(a.members()).doesNotContain(B);
    assertThat(c.members()).doesNotContain(B);
  }

  @Test
  void one_that_was_taken_out_and_lives_comes_in_again() {
    RosterBook a = new RosterBook(A, List.of(), 1_000);
    RosterBook b = new RosterBook(B, List.of(), 9_000);
    assertThat(a.merge(b.marks(), 1_000)).isTrue();
    assertThat(a.forget(B)).isTrue();

    assertThat(b.merge(a.marks(), 1_000)).isTrue();
    assertThat(a.merge(b.marks(), 1_000)).isTrue();

    assertThat(a.members()).containsExactly(A, B);
  }

  @Test
  void nobody_takes_itself_out() {
    assertThat(new RosterBook(A, List.of(), 1_000).forget(A)).isFalse();
  }
}
