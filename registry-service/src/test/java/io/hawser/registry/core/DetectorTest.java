package io.hawser.registry.core;

import static io.hawser.model.Facet.Health.DOWN;
import static io.hawser.model.Facet.Health.RECOVERING;
import static io.hawser.model.Facet.Health.STARTING;
import static io.hawser.model.Facet.Health.SUSPECT;
import static io.hawser.model.Facet.Health.UP;
import static io.hawser.registry.core.Lab.EVICT_AFTER_MS;
import static io.hawser.registry.core.Lab.HTTP;
import static io.hawser.registry.core.Lab.KEY;
import static io.hawser.registry.core.Lab.PASS;
import static io.hawser.registry.core.Lab.REFUSED;
import static io.hawser.registry.core.Lab.TIMEOUT;
import static io.hawser.registry.core.Lab.incarnation;
import static io.hawser.registry.core.Lab.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Event;
import io.hawser.model.Event.InstanceFailed;
import io.hawser.model.Event.InstanceRecovered;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorTest {

  // ---- takeover and disagreement

  @Test
  void a_new_checker_goes_on_from_the_verdict_that_is_there() {
    Lab lab = new Lab(registration(3_000)).judgedElsewhere(UP).pass(3_000);
    assertThat(lab.verdicts()).isEmpty();
    lab.pass(6_000);
    assertThat(lab.verdicts()).containsExactly(SUSPECT);

    assertThat(lab.pass(50).verdicts()).containsExactly(SUSPECT, DOWN);
  }

  @Test
  void a_new_checker_counts_failures_from_none() {
    Lab lab = new Lab(registration(0, HTTP)).checks(Optional.empty()).judgedElsewhere(SUSPECT);
    lab.pass(1_000).answer(TIMEOUT).pass(300).answer(TIMEOUT);
    assertThat(lab.health()).isEqualTo(SUSPECT);

    assertThat(lab.pass(600).answer(TIMEOUT).health()).isEqualTo(DOWN);
  }

  @Test
  void a_new_checker_of_one_that_is_down_tells_no_failure() {
    Lab lab = new Lab(registration(0, HTTP)).checks(REFUSED).judgedElsewhere(DOWN).pass(20_000);

    assertThat(lab.events()).isEmpty();
  }

  @Test
  void another_checkers_later_verdict_is_taken_over() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(5_000);
    lab.judgedElsewhere(DOWN);
    assertThat(lab.detector().census()).isEqualTo(Map.of(DOWN, 1));
    lab.pass(4_000);

    assertThat(lab.verdicts()).containsExactly(UP, RECOVERING, UP);
  }

  @Test
  void a_verdict_says_for_how_long_something_was_held_against_the_instance() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000);
    int before = lab.runTimes().size();
    long startMs = lab.now().wallMs() - lab.ms();
    lab.checks(TIMEOUT).pass(5_000);
    assertThat(lab.lastVerdict().health()).isEqualTo(DOWN);
    long downMs = lab.lastVerdict().sinceMs() - startMs;
    long firstMs = lab.runTimes().get(before);

    assertThat(lab.lastVerdict().accusedMs()).isPositive().isEqualTo(downMs - firstMs);
    assertThat(lab.checks(PASS).pass(5_000).lastVerdict().accusedMs()).isZero();
  }

  @Test
  void an_instance_that_was_given_up_is_checked_no_more() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(5_000);
    int before = lab.runTimes().size();
    lab.detector().unwatch(KEY);
    lab.pass(5_000).beat().complain();

    assertThat(lab.runTimes()).hasSize(before);
    assertThat(lab.detector().watched()).isEmpty();
  }

  @Test
  void a_result_that_comes_after_a_new_watch_began_is_ignored() {
    Lab lab = new Lab(registration(0, HTTP)).checks(Optional.empty()).watch();
    lab.register(incarnation("two", 0, HTTP));
    assertThat(lab.runsInFlight()).isEqualTo(2);
    lab.answerEach(run -> run.incarnation().equals("one") ? PASS : TIMEOUT);

    assertThat(lab.health()).isEqualTo(STARTING);
  }

  @Test
  void a_new_incarnation_starts_afresh() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000).checks(REFUSED).pass(5_000);
    assertThat(lab.health()).isEqualTo(DOWN);
    lab.checks(PASS).register(incarnation("two", 0, HTTP));

    assertThat(lab.health()).isEqualTo(UP);
    assertThat(lab.lastVerdict().incarnation()).isEqualTo("two");
  }

  @Test
  void a_new_incarnation_that_works_ends_the_failure_of_the_former_one() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000).checks(REFUSED).pass(5_000);
    assertThat(lab.events(InstanceFailed.class)).hasSize(1);
    lab.checks(PASS).register(incarnation("two", 0, HTTP)).pass(3_000);

    assertThat(lab.events(InstanceRecovered.class))
        .containsExactly(new InstanceRecovered("echo", "e1", "two"));
  }

  @Test
  void other_checks_of_the_same_incarnation_keep_the_state() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000);
    lab.register(registration(2_000)).pass(1_900);
    assertThat(lab.verdicts()).containsExactly(UP);

    assertThat(lab.pass(4_200).health()).isEqualTo(DOWN);
  }

  // ---- own stalls

  @Test
  void a_stall_of_this_node_is_no_evidence_of_missing_beats() {
    Lab lab = new Lab(registration(3_000)).watch().beats(1_000).pass(10_000);
    lab.stall(60_000).tick().pass(2_000);

    assertThat(lab.verdicts()).containsExactly(UP);
  }

  @Test
  void a_time_out_that_a_stall_made_does_not_count() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000);
    lab.checks(Optional.empty()).pass(1_000);
    assertThat(lab.runsInFlight()).isEqualTo(1);
    lab.stall(5_000).checks(PASS).answer(TIMEOUT).pass(3_000);

    assertThat(lab.verdicts()).containsExactly(UP);
  }

  @Test
  void a_refusal_counts_in_spite_of_a_stall() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000);
    lab.checks(Optional.empty()).pass(1_000).stall(5_000).answer(REFUSED);

    assertThat(lab.health()).isEqualTo(SUSPECT);
  }

  @Test
  void after_a_stall_silence_counts_again() {
    Lab lab = new Lab(registration(3_000)).watch().beats(1_000).pass(10_000);
    lab.stall(60_000).tick().beats(0).pass(3_100);

    assertThat(lab.verdicts()).containsExactly(UP, DOWN);
  }

  // ---- eviction and maintenance

  @Test
  void one_with_a_ttl_is_evicted_after_it_was_down_for_long() {
    Lab lab = new Lab(registration(3_000)).watch().beats(1_000).pass(10_000).beats(0);
    lab.pass(3_050 + EVICT_AFTER_MS - 50);
    assertThat(lab.evictions()).isEmpty();

    assertThat(lab.pass(100).evictions()).containsExactly(new Effect.Evict(KEY, "one"));
  }

  @Test
  void one_without_a_ttl_is_never_evicted() {
    Lab lab = new Lab(registration(0, HTTP)).checks(REFUSED).watch().pass(3 * EVICT_AFTER_MS);

    assertThat(lab.health()).isEqualTo(DOWN);
    assertThat(lab.evictions()).isEmpty();
  }

  @Test
  void one_that_beats_is_not_evicted_however_long_its_check_fails() {
    Lab lab = new Lab(registration(3_000, HTTP)).watch().beats(1_000).pass(10_000);
    lab.checks(REFUSED).pass(3 * EVICT_AFTER_MS);
    assertThat(lab.health()).isEqualTo(DOWN);
    assertThat(lab.evictions()).isEmpty();

    assertThat(lab.beats(0).pass(5_000).evictions()).hasSize(1);
  }

  @Test
  void a_failure_in_maintenance_is_judged_and_not_told_until_its_end() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000).maintained(20_000);
    lab.checks(REFUSED).pass(15_000);
    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT, DOWN);
    assertThat(lab.events(InstanceFailed.class)).isEmpty();

    assertThat(lab.pass(30_000).events(InstanceFailed.class)).hasSize(1);
  }

  @Test
  void one_that_is_well_again_before_its_maintenance_ends_never_failed() {
    Lab lab = new Lab(registration(0, HTTP)).watch().pass(3_000).maintained(20_000);
    lab.checks(REFUSED).pass(10_000).checks(PASS).pass(30_000);

    assertThat(lab.health()).isEqualTo(UP);
    assertThat(lab.events(InstanceFailed.class)).isEmpty();
  }

  // ---- many, and the clock

  @Test
  void checks_of_instances_taken_over_together_are_spread_over_the_interval() {
    Lab clock = new Lab(registration(0, HTTP));
    List<Integer> perTick = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      InstanceView view = clock.judgedElsewhere(UP).view();
      clock.detector().unwatch(KEY);
      InstanceKey key = new InstanceKey("many", "i" + i);
      InstanceView other =
          new InstanceView(
              key, view.registration(), view.verdict(), Optional.empty(), Optional.empty());
      assertThat(clock.detector().watch(other, clock.now()).size()).isLessThanOrEqualTo(1);
    }
    for (int i = 0; i < 20; i++) {
      clock.stall(Detector.TICK_MS);
      perTick.add(clock.detector().tick(clock.now()).size());
    }

    assertThat(perTick).allSatisfy(count -> assertThat(count).isBetween(20, 90));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        -1,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 3_000_000_000L,
        Long.MAX_VALUE - 25_000_000_000L,
        -20_000_000_000L
      })
  void the_story_is_the_same_wherever_the_clock_starts(long startNs) {
    assertThat(story(new Lab(registration(3_000, HTTP), startNs)))
        .isEqualTo(story(new Lab(registration(3_000, HTTP), 1_000_000_000_000L)));
    assertThat(story(new Lab(registration(3_000), startNs)))
        .isEqualTo(story(new Lab(registration(3_000), 1_000_000_000_000L)));
  }

  private static List<Object> story(Lab lab) {
    lab.watch().beats(1_000).pass(5_000);
    lab.checks(REFUSED).beats(0).complain().pass(5_000);
    lab.checks(PASS).beats(500).pass(5_000);
    lab.stall(10_000).tick().pass(5_000);
    lab.checks(TIMEOUT).beats(0).pass(EVICT_AFTER_MS + 15_000);
    List<Object> story = new ArrayList<>(lab.verdicts());
    story.addAll(lab.events().stream().map(Event.Body::getClass).toList());
    story.addAll(lab.runTimes());
    story.addAll(lab.evictions());
    assertThat(lab.evictions()).hasSize(1);
    return story;
  }
}
