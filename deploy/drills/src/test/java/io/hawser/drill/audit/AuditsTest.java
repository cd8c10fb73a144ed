package io.hawser.drill.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.drill.audit.Fencing.Tenure;
import io.hawser.drill.audit.WatchLog.Change;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AuditsTest {
  @Test
  void an_acknowledged_write_that_is_gone_is_lost_and_another_is_not() {
    LostWrites writes = new LostWrites();
    writes.sent("a", "1");
    writes.acknowledged("a");
    writes.sent("b", "2");
    writes.sent("c", "3");

    assertThat(writes.wrong(Map.of("a", "1"))).isEmpty();
    assertThat(writes.wrong(Map.of("a", "1", "b", "2"))).isEmpty();
    assertThat(writes.wrong(Map.of("c", "3"))).containsExactly("lost a");
  }

  @Test
  void what_nobody_wrote_comes_from_nowhere() {
    LostWrites writes = new LostWrites();
    writes.sent("a", "1");

    assertThat(writes.wrong(Map.of("a", "2"))).containsExactly("changed a to 2");
    assertThat(writes.wrong(Map.of("x", "1"))).containsExactly("from nowhere x");
  }

  @Test
  void a_count_lies_between_what_is_sure_and_what_may_be() {
    Counted counted = new Counted();
    counted.added(1);
    counted.added(2);
    counted.unsure();

    assertThat(counted.wrong(2)).isEmpty();
    assertThat(counted.wrong(3)).isEmpty();
    assertThat(counted.wrong(4)).containsExactly("4 is not between 2 and 3");
    assertThat(counted.wrong(1)).contains("2 was made and the last is 1");
  }

  @Test
  void no_two_increments_make_the_same_number() {
    Counted counted = new Counted();
    counted.added(1);
    counted.added(1);

    assertThat(counted.wrong(2)).containsExactly("1 was made 2 times");
  }

  private static Tenure tenure(long token, long asked, long granted, long surely) {
    return new Tenure("l", "h" + token, token, asked, granted, surely);
  }

  @Test
  void tenures_in_turn_with_rising_tokens_are_right() {
    Fencing fencing = new Fencing();
    fencing.held(tenure(3, 20, 22, 30));
    fencing.held(tenure(1, 0, 2, 10));

    assertThat(fencing.wrong()).isEmpty();
  }

  @Test
  void tokens_that_repeat_or_fall_are_wrong() {
    Fencing twice = new Fencing();
    twice.held(tenure(1, 0, 2, 10));
    twice.held(tenure(1, 20, 22, 30));
    Fencing falling = new Fencing();
    falling.held(tenure(2, 0, 2, 10));
    falling.held(tenure(1, 20, 22, 30));

    assertThat(twice.wrong()).singleElement().asString().contains("one token");
    assertThat(falling.wrong()).singleElement().asString().contains("lower token");
  }

  @Test
  void a_lease_that_is_granted_before_its_time_is_over_is_wrong() {
    Fencing fencing = new Fencing();
    fencing.held(tenure(1, 0, 2, 10));
    fencing.held(tenure(2, 3, 9, 19));

    assertThat(fencing.wrong()).singleElement().asString().contains("surely held");
  }

  @Test
  void a_write_under_an_old_token_is_wrong_only_after_a_newer_one_was_acknowledged() {
    Fencing overlapping = new Fencing();
    overlapping.wrote(new Fencing.Write("l", 2, 0, 10));
    overlapping.wrote(new Fencing.Write("l", 1, 5, 12));
    Fencing late = new Fencing();
    late.wrote(new Fencing.Write("l", 2, 0, 10));
    late.wrote(new Fencing.Write("l", 1, 11, 12));

    assertThat(overlapping.wrong()).isEmpty();
    assertThat(late.wrong()).singleElement().asString().contains("token 2 was known");
  }

  private static Change change(long revision, String value) {
    return new Change(revision, "k", value);
  }

  @Test
  void watchers_that_were_told_everything_in_order_are_right() {
    WatchLog log = new WatchLog();
    log.acknowledged(change(2, "a"));
    log.acknowledged(change(9, "late"));
    for (String watcher : new String[] {"one", "two"}) {
      log.told(watcher, change(2, "a"));
      log.told(watcher, change(3, ""));
    }

    assertThat(log.wrong(1, 5)).isEmpty();
  }

  @Test
  void a_gap_a_repetition_and_a_disagreement_are_wrong() {
    WatchLog log = new WatchLog();
    log.acknowledged(change(2, "a"));
    log.acknowledged(change(3, "b"));
    log.told("gap", change(3, "b"));
    log.told("twice", change(2, "a"));
    log.told("twice", change(3, "other"));
    log.told("twice", change(3, "other"));

    assertThat(log.wrong(1, 5))
        .anyMatch(line -> line.contains("gap was not told of") && line.contains("value=a"))
        .anyMatch(line -> line.contains("after revision 3"))
        .anyMatch(line -> line.contains("another"));
  }
}
