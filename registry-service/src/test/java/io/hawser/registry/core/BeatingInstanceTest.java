package io.hawser.registry.core;

import static io.hawser.model.Facet.Health.DOWN;
import static io.hawser.model.Facet.Health.RECOVERING;
import static io.hawser.model.Facet.Health.STARTING;
import static io.hawser.model.Facet.Health.SUSPECT;
import static io.hawser.model.Facet.Health.UP;
import static io.hawser.registry.core.Lab.PASS;
import static io.hawser.registry.core.Lab.REFUSED;
import static io.hawser.registry.core.Lab.TIMEOUT;
import static io.hawser.registry.core.Lab.registration;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Event.InstanceFailed;
import io.hawser.model.Event.InstanceRecovered;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeatingInstanceTest {
  private static final long TTL_MS = 3_000;

  private final Lab lab = new Lab(registration(TTL_MS));

  @CanIgnoreReturnValue
  private Lab up() {
    return lab.watch().beats(1_000).pass(10_000);
  }

  @Test
  void the_first_beat_brings_a_new_instance_up() {
    assertThat(lab.watch().pass(500).health()).isEqualTo(STARTING);
    assertThat(lab.beat().health()).isEqualTo(UP);
  }

  @Test
  void a_beat_of_another_incarnation_is_none() {
    assertThat(lab.watch().beat("two").health()).isEqualTo(STARTING);
  }

  @Test
  void beats_in_time_keep_it_up_without_a_probe() {
    up().pass(60_000);

    assertThat(lab.verdicts()).containsExactly(UP);
    assertThat(lab.runTimes()).isEmpty();
  }

  @Test
  void one_that_never_beats_goes_down_after_three_times_its_ttl() {
    lab.watch().pass(3 * TTL_MS);
    assertThat(lab.health()).isEqualTo(STARTING);

    assertThat(lab.pass(50).health()).isEqualTo(DOWN);
    assertThat(lab.lastVerdict().reason()).isEqualTo("no beat for 9050 ms (TTL 3000 ms)");
  }

  @Test
  void as_long_as_nothing_is_known_of_its_beats_silence_takes_three_times_the_ttl() {
    lab.watch().beats(1_000).pass(3_000).beats(0).pass(3 * TTL_MS);
    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT);

    assertThat(lab.pass(50).verdicts()).containsExactly(UP, SUSPECT, DOWN);
  }

  @Test
  void one_of_whose_beats_many_are_lost_is_believed_to_live_for_longer() {
    lose(60, 4);
    lab.pass(2 * TTL_MS);
    assertThat(lab.health()).isEqualTo(SUSPECT);
    lab.pass(3 * TTL_MS);

    assertThat(lab.health()).isEqualTo(DOWN);
    assertThat(lab.lastVerdict().reason()).contains("% of beats lost lately");
  }

  @Test
  void one_of_whose_beats_many_are_lost_goes_down_sooner_when_its_port_does_not_answer() {
    lose(60, 4);
    lab.checks(TIMEOUT).pass(TTL_MS + 1_500);

    assertThat(lab.health()).isEqualTo(DOWN);
    assertThat(lab.lastVerdict().reason()).contains("no beat for").contains("tcp:");
  }

  @Test
  void once_no_more_beats_are_lost_its_ttl_counts_again() {
    lose(60, 4);
    lab.beats(1_000).pass(4_000_000).beats(0).pass(TTL_MS + 1_000);

    assertThat(lab.health()).isEqualTo(DOWN);
  }

  /** Beats each second, but that each so manieth is lost; and then no more. */
  private void lose(int beats, int each) {
    lab.watch();
    for (int i = 0; i < beats; i++) {
      lab.pass(1_000);
      if (i % each != each - 1) {
        lab.beat();
      }
    }
    assertThat(lab.health()).isEqualTo(UP);
  }

  @Test
  void a_gap_over_the_ttl_brings_it_down_though_its_port_answers() {
    up().beats(0).pass(TTL_MS);
    assertThat(lab.health()).isEqualTo(UP);

    assertThat(lab.pass(50).verdicts()).containsExactly(UP, DOWN);
    assertThat(lab.events(InstanceFailed.class)).hasSize(1);
  }

  @Test
  void a_late_beat_has_its_port_probed_once() {
    up().beats(0).pass(1_750);
    assertThat(lab.runTimes()).isEmpty();
    lab.pass(1_000);

    assertThat(lab.runTimes()).hasSize(1);
    assertThat(lab.health()).isEqualTo(UP);
  }

  @Test
  void a_late_beat_and_a_failing_probe_make_it_suspect_until_it_beats() {
    up().checks(TIMEOUT).beats(0).pass(2_900);
    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT);
    lab.beat();

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, UP);
  }

  @Test
  void three_refused_probes_bring_it_down_at_once() {
    long start = up().checks(REFUSED).beats(0).ms();
    lab.complain().pass(800);

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, DOWN);
    assertThat(lab.runTimes()).containsExactly(start, start + 250, start + 750);
  }

  @Test
  void beats_do_not_save_one_whose_port_refuses() {
    up().checks(REFUSED).beats(200).complain().pass(10_000);

    assertThat(lab.verdicts()).startsWith(UP, SUSPECT, DOWN).doesNotContainSequence(DOWN, UP);
    assertThat(lab.health()).isIn(DOWN, RECOVERING);
    assertThat(lab.events(InstanceFailed.class)).hasSize(1);
    assertThat(lab.verdicts().size()).isLessThanOrEqualTo(5);
  }

  @Test
  void two_refused_probes_and_a_pass_leave_it_up() {
    up().checks(REFUSED).complain().pass(300).checks(PASS).pass(500);

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, UP);
  }

  @Test
  void probes_that_time_out_are_a_doubt_only() {
    up().checks(TIMEOUT).complain().pass(700);
    assertThat(lab.health()).isEqualTo(SUSPECT);
    lab.pass(3_000);

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, UP);
    assertThat(lab.runTimes()).hasSize(3);
  }

  @Test
  void a_beat_and_a_passing_probe_bring_it_back() {
    up().beats(0).pass(10_000).beat();

    assertThat(lab.verdicts()).containsExactly(UP, DOWN, RECOVERING, UP);
    assertThat(lab.events(InstanceRecovered.class)).hasSize(1);
  }

  @Test
  void two_beats_bring_it_back_without_a_probe() {
    up().beats(0).pass(10_000).checks(TIMEOUT).beat();
    assertThat(lab.health()).isEqualTo(RECOVERING);

    assertThat(lab.pass(1_000).beat().health()).isEqualTo(UP);
  }

  @Test
  void one_that_beats_once_and_stops_again_goes_down_again() {
    up().beats(0).pass(10_000).checks(TIMEOUT).beat().pass(4_000);

    assertThat(lab.verdicts()).isEqualTo(List.of(UP, DOWN, RECOVERING, DOWN));
    assertThat(lab.events(InstanceFailed.class)).hasSize(1);
  }
}
