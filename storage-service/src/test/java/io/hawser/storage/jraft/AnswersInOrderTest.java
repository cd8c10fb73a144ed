package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersInOrderTest {
  private final List<String> given = new ArrayList<>();
  private final AnswersInOrder answers = new AnswersInOrder(() -> given.add("too many"));

  private void answer(AnswersInOrder.Place place, String text) {
    place.answer(() -> given.add(text));
  }

  @Test
  void an_answer_that_is_early_waits_for_those_before_it() {
    AnswersInOrder.Place a = answers.next();
    AnswersInOrder.Place b = answers.next();
    AnswersInOrder.Place c = answers.next();

    answer(c, "c");
    answer(b, "b");
    assertThat(given).isEmpty();
    answer(a, "a");
    assertThat(given).containsExactly("a", "b", "c");
  }

  @Test
  void nobody_waits_for_an_answer_that_will_not_come() {
    AnswersInOrder.Place a = answers.next();
    AnswersInOrder.Place b = answers.next();

    answer(b, "b");
    a.leave();
    assertThat(given).containsExactly("b");
  }

  @Test
  void the_first_answer_counts() {
    AnswersInOrder.Place a = answers.next();
    answer(a, "a");
    answer(a, "again");
    AnswersInOrder.Place b = answers.next();
    a.leave();
    answer(b, "b");
    assertThat(given).containsExactly("a", "b");
  }

  @Test
  void who_lets_too_many_wait_is_told_so() {
    for (int i = 0; i < AnswersInOrder.MOST; i++) {
      AnswersInOrder.Place unused = answers.next();
    }
    assertThat(given).isEmpty();
    AnswersInOrder.Place unused = answers.next();
    assertThat(given).containsExactly("too many");
  }
}
