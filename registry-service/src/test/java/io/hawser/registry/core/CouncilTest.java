package io.hawser.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.DetectionMessage.Ballot;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.registry.core.State.Finding;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CouncilTest {
  private static final State UP = new State.Up();
  private static final Opinion NONE = opinion(Ballot.ALIVE, 0, false);
  private static final Opinion FAILS = opinion(Ballot.FAILS, 100, false);
  private static final Opinion TWO_OF_THREE = opinion(Ballot.DOUBT, 67, false);
  private static final Opinion HINT = opinion(Ballot.NOTHING, 34, false);
  private static final Opinion REFUSED = opinion(Ballot.DOUBT, 67, true);
  private static final Opinion WORKS = opinion(Ballot.WORKS, 0, false);

  private static Opinion opinion(Ballot ballot, int weight, boolean refused) {
    return new Opinion(Lab.KEY, "one", ballot, weight, refused, "seen");
  }

  private static Finding decide(
      State state, Opinion own, List<Opinion> others, int voices, boolean quorate, long suspectMs) {
    Finding finding =
        switch (own.ballot()) {
          case NOTHING -> own.weight() > 0 ? new Finding.Doubt("", true) : new Finding.Nothing("");
          case ALIVE -> new Finding.Alive("");
          case WORKS -> new Finding.Works("");
          case DOUBT -> new Finding.Doubt("");
          case FAILS -> new Finding.Fails("");
        };
    return Council.decide(
        new Council.Case(
            state,
            finding,
            own,
            true,
            others,
            2,
            voices,
            quorate,
            TimeUnit.MILLISECONDS.toNanos(suspectMs)));
  }

  @Test
  void one_observer_of_three_only_makes_it_suspect_however_long() {
    assertThat(decide(UP, FAILS, List.of(), 3, true, 600_000)).isInstanceOf(Finding.Doubt.class);
  }

  @Test
  void two_of_three_make_it_fail_when_it_has_lasted() {
    assertThat(decide(UP, FAILS, List.of(FAILS), 3, true, 2_800)).isInstanceOf(Finding.Doubt.class);
    assertThat(decide(UP, FAILS, List.of(FAILS), 3, true, 2_900)).isInstanceOf(Finding.Fails.class);
  }

  @Test
  void one_failure_is_no_doubt_and_one_at_each_of_two_observers_is() {
    assertThat(decide(UP, HINT, List.of(), 3, true, 100)).isInstanceOf(Finding.Nothing.class);
    assertThat(decide(UP, NONE, List.of(HINT), 3, true, 100)).isInstanceOf(Finding.Alive.class);

    assertThat(decide(UP, HINT, List.of(HINT), 3, true, 100)).isInstanceOf(Finding.Doubt.class);
    assertThat(decide(UP, NONE, List.of(HINT, HINT), 3, true, 100))
        .isInstanceOf(Finding.Doubt.class);
    assertThat(decide(UP, NONE, List.of(TWO_OF_THREE), 3, true, 100))
        .isInstanceOf(Finding.Doubt.class);
  }

  @Test
  void the_more_confirm_the_sooner() {
    assertThat(Council.waitNs(0, 2)).isEqualTo(TimeUnit.SECONDS.toNanos(6));
    assertThat(Council.waitNs(1, 2)).isBetween(2_800_000_000L, 2_900_000_000L);
    assertThat(Council.waitNs(2, 2)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    assertThat(Council.waitNs(0, 0)).isZero();
  }

  @Test
  void without_a_majority_of_the_roster_nothing_fails() {
    assertThat(decide(UP, FAILS, List.of(FAILS, FAILS), 3, false, 600_000))
        .isInstanceOf(Finding.Doubt.class);
  }

  @Test
  void two_refused_connections_need_no_time() {
    assertThat(decide(UP, REFUSED, List.of(REFUSED), 3, true, 0)).isInstanceOf(Finding.Fails.class);
  }

  @Test
  void refused_connections_of_one_that_never_came_up_need_time() {
    assertThat(decide(new State.Starting(), REFUSED, List.of(REFUSED), 3, true, 0))
        .isInstanceOf(Finding.Nothing.class);
  }

  @Test
  void three_that_are_not_quite_convinced_are_as_good_as_two_that_are() {
    List<Opinion> others = List.of(TWO_OF_THREE, TWO_OF_THREE);
    assertThat(decide(UP, TWO_OF_THREE, others, 3, true, 1_000)).isInstanceOf(Finding.Fails.class);
    assertThat(decide(UP, TWO_OF_THREE, List.of(TWO_OF_THREE), 3, true, 600_000))
        .isInstanceOf(Finding.Doubt.class);
  }

  @Test
  void one_that_was_down_works_when_two_observers_say_so() {
    State down = new State.Down(0);
    assertThat(decide(down, WORKS, List.of(), 3, true, 0)).isInstanceOf(Finding.Alive.class);
    assertThat(decide(down, WORKS, List.of(WORKS), 3, true, 0)).isInstanceOf(Finding.Works.class);
    assertThat(decide(down, WORKS, List.of(), 1, true, 0)).isInstanceOf(Finding.Works.class);
  }

  @Test
  void one_that_was_down_shows_no_life_when_more_saw_it_refuse_than_alive() {
    State down = new State.Down(0);
    assertThat(decide(down, WORKS, List.of(REFUSED, REFUSED), 3, true, 0))
        .isInstanceOf(Finding.Nothing.class);
    assertThat(decide(down, WORKS, List.of(REFUSED, WORKS), 3, true, 0))
        .isInstanceOf(Finding.Works.class);
    assertThat(decide(down, REFUSED, List.of(WORKS), 3, true, 0)).isInstanceOf(Finding.Alive.class);
    assertThat(decide(new State.Starting(), WORKS, List.of(REFUSED, REFUSED), 3, true, 0))
        .isInstanceOf(Finding.Alive.class);
  }

  @Test
  void an_observer_that_holds_nothing_against_it_decides_nothing() {
    assertThat(decide(UP, NONE, List.of(FAILS), 3, true, 600_000))
        .isInstanceOf(Finding.Doubt.class);
  }
}
