package io.hawser.drill.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.drill.linear.Op.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CheckerTest {
  private static final String KEY = "k";
  private static final int RANDOM_HISTORIES = 20_000;
  private static final int MAX_OPS = 7;

  private static Op op(Call call, Outcome outcome, String seen, long start, long end) {
    return new Op(0, KEY, call, outcome, seen, start, end);
  }

  private static Op put(String value, long start, long end) {
    return op(new Call.Put(value), Outcome.DONE, "", start, end);
  }

  private static Op lost(Call call, long start) {
    return op(call, Outcome.UNKNOWN, "", start, Op.OPEN);
  }

  private static Op get(String seen, long start, long end) {
    return op(new Call.Get(), Outcome.DONE, seen, start, end);
  }

  private static Op cas(String expected, String next, Outcome outcome, long start, long end) {
    return op(new Call.CompareAndSet(expected, next), outcome, "", start, end);
  }

  private static boolean linearizable(Op... ops) {
    return Checker.check(List.of(ops), Checker.MAX_CONFIGURATIONS) instanceof Verdict.Linearizable;
  }

  @Test
  void nothing_at_all_is_linearizable() {
    assertThat(linearizable()).isTrue();
  }

  @Test
  void a_read_sees_a_write_that_overlaps_it_or_what_was_there_before() {
    assertThat(linearizable(put("a", 0, 10), get("", 2, 4), get("a", 5, 6))).isTrue();
    assertThat(linearizable(put("a", 0, 10), get("a", 2, 4), get("a", 5, 6))).isTrue();
  }

  @Test
  void a_read_after_a_write_must_not_see_what_was_there_before() {
    assertThat(linearizable(put("a", 0, 1), put("b", 2, 3), get("a", 4, 5))).isFalse();
  }

  @Test
  void what_one_read_has_seen_no_later_read_may_have_unseen() {
    assertThat(linearizable(put("a", 0, 10), get("a", 1, 2), get("", 3, 4))).isFalse();
  }

  @Test
  void two_readers_must_agree_on_the_order_of_two_writes() {
    assertThat(linearizable(put("a", 0, 9), put("b", 0, 9), get("a", 10, 11), get("b", 12, 13)))
        .isFalse();
  }

  @Test
  void a_write_that_was_never_answered_may_happen_late_or_never() {
    assertThat(linearizable(lost(new Call.Put("a"), 0), get("", 5, 6), get("a", 90, 91))).isTrue();
    assertThat(linearizable(lost(new Call.Put("a"), 0), get("", 5, 6), get("", 90, 91))).isTrue();
    assertThat(linearizable(lost(new Call.Put("a"), 0), get("a", 5, 6), get("", 90, 91))).isFalse();
  }

  @Test
  void a_write_that_was_never_answered_happens_once_at_most() {
    Op lost = lost(new Call.Put("a"), 0);
    assertThat(linearizable(lost, get("a", 1, 2), put("b", 3, 4), get("b", 5, 6), get("a", 7, 8)))
        .isFalse();
  }

  @Test
  void only_one_of_two_may_swap_the_same_value() {
    Op first = cas("a", "b", Outcome.DONE, 2, 9);
    assertThat(linearizable(put("a", 0, 1), first, cas("a", "c", Outcome.DONE, 2, 9))).isFalse();
    assertThat(linearizable(put("a", 0, 1), first, cas("a", "c", Outcome.REFUSED, 2, 9))).isTrue();
  }

  @Test
  void a_swap_that_was_refused_has_to_have_met_another_value() {
    assertThat(linearizable(put("a", 0, 1), cas("a", "b", Outcome.REFUSED, 2, 3))).isFalse();
  }

  @Test
  void creating_and_deleting_are_swaps_from_and_to_nothing() {
    assertThat(
            linearizable(
                cas(Call.ABSENT, "a", Outcome.DONE, 0, 1),
                cas(Call.ABSENT, "b", Outcome.REFUSED, 2, 3),
                cas("a", Call.ABSENT, Outcome.DONE, 4, 5),
                op(new Call.Delete(), Outcome.REFUSED, "", 6, 7),
                get(Call.ABSENT, 8, 9)))
        .isTrue();
    assertThat(
            linearizable(
                cas(Call.ABSENT, "a", Outcome.DONE, 0, 1),
                cas(Call.ABSENT, "b", Outcome.DONE, 2, 3)))
        .isFalse();
  }

  @Test
  void operations_that_touch_at_one_instant_may_have_overlapped() {
    assertThat(linearizable(put("a", 0, 5), get("", 5, 6))).isTrue();
  }

  @Test
  void a_violation_names_the_operation_that_no_order_explains() {
    Op stale = get("a", 4, 5);
    Verdict verdict =
        Checker.check(
            List.of(put("a", 0, 1), put("b", 2, 3), stale, get("b", 6, 7)),
            Checker.MAX_CONFIGURATIONS);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Violation.class,
            violation -> {
              assertThat(violation.stuck()).isEqualTo(stale);
              assertThat(violation.value()).isEqualTo("b");
              assertThat(violation.text()).contains("get -> a", "put b");
            });
  }

  @Test
  void it_agrees_with_every_order_tried_one_by_one() {
    int good = 0;
    for (int seed = 0; seed < RANDOM_HISTORIES; seed++) {
      List<Op> history = random(new Random(seed));
      boolean expected = BruteForce.linearizable(history);
      Verdict verdict = Checker.check(history, Checker.MAX_CONFIGURATIONS);
      assertThat(verdict instanceof Verdict.Linearizable)
          .as("seed %d: %s", seed, history)
          .isEqualTo(expected);
      good += expected ? 1 : 0;
    }
    // Both answers have to be frequent, or agreeing on them shows little.
    assertThat(good).isBetween(RANDOM_HISTORIES / 10, RANDOM_HISTORIES * 9 / 10);
  }

  /** Few values that are written again and again: more orders to confuse than unique ones. */
  private static List<Op> random(Random dice) {
    List<Op> ops = new ArrayList<>();
    int count = 1 + dice.nextInt(MAX_OPS);
    for (int i = 0; i < count; i++) {
      long start = dice.nextInt(12);
      long end = start + dice.nextInt(8);
      String value = value(dice);
      Outcome outcome =
          switch (dice.nextInt(5)) {
            case 0 -> Outcome.UNKNOWN;
            case 1 -> Outcome.REFUSED;
            default -> Outcome.DONE;
          };
      ops.add(
          switch (dice.nextInt(4)) {
            case 0 -> get(value, start, end);
            case 1 ->
                op(
                    new Call.Put("a" + dice.nextInt(2)),
                    outcome == Outcome.REFUSED ? Outcome.DONE : outcome,
                    "",
                    start,
                    end);
            case 2 -> op(new Call.Delete(), outcome, "", start, end);
            default -> cas(value, value(dice), outcome, start, end);
          });
    }
    return ops;
  }

  private static String value(Random dice) {
    int which = dice.nextInt(3);
    return which == 2 ? Call.ABSENT : "a" + which;
  }

  @Test
  void a_long_history_with_many_unanswered_writes_is_decided_quickly() {
    List<Op> ops = new ArrayList<>();
    String value = Call.ABSENT;
    Random dice = new Random(7);
    for (int i = 0; i < 3_000; i++) {
      long start = i * 10L;
      if (i % 100 == 50) {
        ops.add(lost(new Call.Put("lost-" + i), start));
        value = dice.nextBoolean() ? "lost-" + i : value;
      } else if (i % 3 == 0) {
        value = "v-" + i;
        ops.add(put(value, start, start + 25));
      } else {
        ops.add(get(value, start + 5, start + 35));
      }
    }

    Verdict verdict = Checker.check(ops, 200_000);

    assertThat(verdict).isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void a_search_that_takes_too_long_is_given_up_and_says_so() {
    List<Op> ops = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      ops.add(put("v-" + i, 0, 100));
    }
    ops.add(get("nobody wrote this", 200, 201));

    assertThat(Checker.check(ops, 1_000)).isInstanceOf(Verdict.Undecided.class);
  }
}
