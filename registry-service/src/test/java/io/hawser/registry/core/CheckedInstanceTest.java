package io.hawser.registry.core;

import static io.hawser.model.Facet.Health.DOWN;
import static io.hawser.model.Facet.Health.RECOVERING;
import static io.hawser.model.Facet.Health.STARTING;
import static io.hawser.model.Facet.Health.SUSPECT;
import static io.hawser.model.Facet.Health.UP;
import static io.hawser.registry.core.Lab.HTTP;
import static io.hawser.registry.core.Lab.PASS;
import static io.hawser.registry.core.Lab.REFUSED;
import static io.hawser.registry.core.Lab.TIMEOUT;
import static io.hawser.registry.core.Lab.registration;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Event.InstanceFailed;
import io.hawser.model.Event.InstanceHealthChanged;
import io.hawser.model.Event.InstanceRecovered;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckedInstanceTest {
  private final Lab lab = new Lab(registration(0, HTTP));

  @CanIgnoreReturnValue
  private Lab up() {
    return lab.watch().pass(3_000);
  }

  @Test
  void the_first_pass_brings_a_new_instance_up() {
    assertThat(lab.watch().health()).isEqualTo(UP);
    assertThat(lab.verdicts()).containsExactly(UP);
    assertThat(lab.events(InstanceRecovered.class)).isEmpty();
  }

  @Test
  void an_instance_without_ttl_and_checks_gets_a_tcp_check() {
    Lab bare = new Lab(registration(0)).checks(REFUSED).watch().pass(4_000);

    assertThat(bare.health()).isEqualTo(DOWN);
    assertThat(bare.lastVerdict().reason()).isEqualTo("tcp: connection refused");
  }

  @Test
  void passes_are_written_once_however_long_they_go_on() {
    up().pass(60_000);

    assertThat(lab.verdicts()).containsExactly(UP);
    assertThat(lab.runTimes()).hasSizeBetween(60, 65);
  }

  @Test
  void three_failures_in_a_row_bring_it_down_by_fast_retries() {
    up().checks(TIMEOUT);
    int before = lab.runTimes().size();
    lab.pass(2_000);

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, DOWN);
    List<Long> runs = lab.runTimes().subList(before, before + 3);
    assertThat(runs.get(1) - runs.get(0)).isEqualTo(250);
    assertThat(runs.get(2) - runs.get(1)).isEqualTo(500);
  }

  @Test
  void two_refused_connections_bring_it_down_within_a_second_and_a_half() {
    long start = up().checks(REFUSED).ms();
    int before = lab.runTimes().size();
    while (lab.health() != DOWN) {
      lab.pass(50);
    }

    assertThat(lab.runTimes()).hasSize(before + 2);
    assertThat(lab.ms() - start).isLessThanOrEqualTo(1_300);
    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, DOWN);
  }

  @Test
  void a_single_failure_is_looked_into_and_told_to_nobody() {
    up().checks(Optional.empty()).pass(1_000);
    lab.answer(TIMEOUT).pass(250);
    assertThat(lab.runsInFlight()).isEqualTo(1);

    lab.checks(PASS).answer(PASS).pass(300);

    assertThat(lab.verdicts()).containsExactly(UP);
  }

  @Test
  void two_failures_are_a_suspicion_that_the_next_pass_lifts() {
    up().checks(Optional.empty()).pass(1_000);
    lab.answer(TIMEOUT).pass(250).answer(TIMEOUT);
    assertThat(lab.health()).isEqualTo(SUSPECT);

    lab.checks(PASS).pass(550);

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, UP);
    assertThat(lab.events(InstanceFailed.class)).isEmpty();
    assertThat(lab.events(InstanceRecovered.class)).isEmpty();
  }

  @Test
  void a_new_instance_gets_whole_intervals_to_come_up_in() {
    lab.checks(REFUSED).watch().pass(1_900);
    assertThat(lab.health()).isEqualTo(STARTING);

    assertThat(lab.pass(200).health()).isEqualTo(DOWN);
  }

  @Test
  void failures_past_the_threshold_are_not_told_again() {
    up().checks(REFUSED).pass(60_000);

    assertThat(lab.events(InstanceFailed.class)).hasSize(1);
    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, DOWN);
  }

  @Test
  void it_comes_back_after_passes_in_a_row() {
    up().checks(REFUSED).pass(5_000).checks(PASS);
    while (lab.health() == DOWN) {
      lab.pass(50);
    }
    assertThat(lab.health()).isEqualTo(RECOVERING);
    assertThat(lab.events(InstanceRecovered.class)).isEmpty();
    lab.pass(1_000);

    assertThat(lab.health()).isEqualTo(UP);
    assertThat(lab.events(InstanceRecovered.class)).hasSize(1);
  }

  @Test
  void a_pass_that_was_under_way_when_it_went_down_is_no_sign_of_life() {
    up().checks(Optional.empty()).pass(1_100);
    lab.judgedElsewhere(DOWN).answer(PASS);
    assertThat(lab.health()).isEqualTo(DOWN);

    lab.tick().answer(PASS);
    assertThat(lab.health()).isEqualTo(RECOVERING);
  }

  @Test
  void one_that_should_beat_and_was_down_stays_recovering_until_it_beats() {
    Lab beating = new Lab(registration(3_000, HTTP)).beats(1_000).watch().pass(3_000);
    beating.beats(0).checks(REFUSED).pass(5_000).checks(PASS).pass(10_000);
    assertThat(beating.health()).isEqualTo(RECOVERING);

    beating.beats(1_000).pass(2_500);

    assertThat(beating.verdicts()).containsExactly(UP, SUSPECT, DOWN, RECOVERING, UP);
  }

  @Test
  void one_that_passes_every_other_time_stays_recovering() {
    up().checks(REFUSED).pass(5_000);
    for (int i = 0; i < 20; i++) {
      lab.checks(i % 2 == 0 ? PASS : TIMEOUT).pass(1_000);
    }

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, DOWN, RECOVERING);
    assertThat(lab.events(InstanceFailed.class)).hasSize(1);
  }

  @Test
  void a_relapse_in_recovery_is_a_change_but_no_second_failure() {
    up().checks(REFUSED).pass(5_000).checks(PASS).pass(1_000);
    assertThat(lab.health()).isEqualTo(RECOVERING);
    lab.checks(REFUSED).pass(5_000);

    assertThat(lab.health()).isEqualTo(DOWN);
    assertThat(lab.events(InstanceFailed.class)).hasSize(1);
    assertThat(lab.events(InstanceHealthChanged.class))
        .last()
        .satisfies(
            change -> {
              assertThat(change.from()).isEqualTo(RECOVERING);
              assertThat(change.to()).isEqualTo(DOWN);
            });
  }

  @Test
  void a_complaint_has_it_checked_at_once_and_decides_nothing() {
    up().pass(900);
    int before = lab.runTimes().size();
    lab.complain();

    assertThat(lab.runTimes()).hasSize(before + 1);
    assertThat(lab.verdicts()).containsExactly(UP);
  }

  @Test
  void a_complaint_right_after_a_check_has_it_checked_again_soon() {
    up();
    long last = lab.runTimes().getLast();
    lab.pass(last + 1_000 - lab.ms());
    assertThat(lab.runTimes().getLast()).isEqualTo(lab.ms());
    long start = lab.complain().ms();
    lab.pass(300);

    assertThat(lab.runTimes().getLast()).isEqualTo(start + 250);
  }

  @Test
  void a_complaint_while_a_check_runs_has_it_checked_again_after_it() {
    up().checks(Optional.empty()).pass(1_000).complain();
    int before = lab.runTimes().size();
    lab.answer(PASS).checks(PASS).pass(100);

    assertThat(lab.runTimes()).hasSize(before + 1);
  }

  @Test
  void a_storm_of_complaints_starts_few_checks() {
    up();
    int before = lab.runTimes().size();
    for (int i = 0; i < 100; i++) {
      for (int j = 0; j < 100; j++) {
        lab.complain();
      }
      lab.pass(50);
    }

    assertThat(lab.runTimes().size() - before).isBetween(15, 21);
  }

  @Test
  void runs_that_never_end_are_started_again_and_count_as_failed_after_a_minute() {
    int before = up().checks(Optional.empty()).runTimes().size();
    lab.pass(60_000);
    assertThat(lab.health()).isEqualTo(UP);
    assertThat(lab.runTimes().size()).isGreaterThan(before + 20);

    assertThat(lab.pass(12_000).health()).isEqualTo(DOWN);
    assertThat(lab.lastVerdict().reason()).isEqualTo("http /health: no result in time");
  }

  @Test
  void one_check_of_several_that_fails_is_enough() {
    CheckSpec tcp = new CheckSpec(CheckType.TCP, "", 1_000, 1_000, 3, 2);
    Lab two = new Lab(registration(0, HTTP, tcp)).checks(Optional.empty()).watch();
    two.answer(PASS);
    assertThat(two.health()).isEqualTo(UP);
    for (int i = 0; i < 80; i++) {
      two.answerEach(run -> run.spec().type() == CheckType.TCP ? REFUSED : PASS).pass(50);
    }

    assertThat(two.health()).isEqualTo(DOWN);
    assertThat(two.lastVerdict().reason()).isEqualTo("tcp: connection refused");
  }

  @Test
  void evidence_is_bounded_and_ends_with_the_newest() {
    up().checks(TIMEOUT).pass(3_000);

    assertThat(lab.lastVerdict().evidence()).hasSizeBetween(3, Dossier.MAX_EVIDENCE);
    assertThat(lab.lastVerdict().evidence().getLast())
        .endsWith("http /health: no answer within 1000 ms");
    assertThat(lab.lastVerdict().observer()).isEqualTo(Lab.SELF);
  }

  @Test
  void passing_checks_outvote_missing_beats() {
    Lab both = new Lab(registration(2_000, HTTP)).watch().pass(30_000);

    assertThat(both.verdicts()).containsExactly(UP, SUSPECT);
    assertThat(both.beats(1_000).pass(1_100).health()).isEqualTo(UP);
    assertThat(both.events(InstanceFailed.class)).isEmpty();
  }

  @Test
  void missing_beats_and_a_failing_check_need_no_second_failure() {
    Lab both = new Lab(registration(2_000, HTTP)).watch().pass(10_000);
    both.checks(TIMEOUT).pass(1_000);

    assertThat(both.health()).isEqualTo(DOWN);
    assertThat(both.lastVerdict().reason()).contains("no beat for").contains("http /health");
  }

  @Test
  void beats_do_not_outvote_failing_checks() {
    Lab both = new Lab(registration(2_000, HTTP)).beats(500).watch().pass(10_000);
    both.checks(REFUSED).pass(20_000);

    assertThat(both.verdicts()).containsExactly(UP, SUSPECT, DOWN);
  }
}
