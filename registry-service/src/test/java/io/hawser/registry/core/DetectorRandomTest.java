package io.hawser.registry.core;

import static io.hawser.registry.core.Lab.HTTP;
import static io.hawser.registry.core.Lab.PASS;
import static io.hawser.registry.core.Lab.REFUSED;
import static io.hawser.registry.core.Lab.TIMEOUT;
import static io.hawser.registry.core.Lab.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event.InstanceFailed;
import io.hawser.model.Event.InstanceHealthChanged;
import io.hawser.model.Event.InstanceRecovered;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random stories; the seed is the bug report. */
class DetectorRandomTest {
  private static final long TTL_MS = 2_000;
  private static final int STEPS = 2_000;

  private static List<Registration> kinds() {
    return List.of(registration(TTL_MS), registration(0, HTTP), registration(TTL_MS, HTTP));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void one_that_beats_in_time_and_passes_is_never_down(long seed) {
    for (Registration kind : kinds()) {
      Random random = new Random(seed);
      Lab lab = new Lab(kind).watch().beat();
      for (int i = 0; i < STEPS; i++) {
        switch (random.nextInt(20)) {
          case 0 -> lab.complain();
          case 1 -> lab.stall(random.nextInt(30_000)).tick();
          case 2 -> lab.watch();
          case 3 -> lab.beat("of another life");
          default -> lab.pass(random.nextInt(1_900));
        }
        lab.beat();
      }

      assertThat(lab.verdicts()).as("seed %d of %s", seed, kind).containsExactly(Health.UP);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void whatever_happens_failures_and_recoveries_alternate(long seed) {
    for (Registration kind : kinds()) {
      Random random = new Random(seed);
      Lab lab = new Lab(kind).watch();
      for (int i = 0; i < STEPS; i++) {
        disturb(lab, random);
      }

      assertChained(lab.events(InstanceHealthChanged.class));
      assertAlternating(lab);
      assertThat(lab.events(InstanceFailed.class)).as("something happened").hasSizeGreaterThan(5);
      lab.checks(PASS).beats(500).pass(15_000);
      assertThat(lab.health()).as("seed %d of %s", seed, kind).isEqualTo(Health.UP);
      lab.checks(REFUSED).beats(0).pass(5_000);
      assertThat(lab.health()).as("seed %d of %s", seed, kind).isEqualTo(Health.DOWN);
    }
  }

  private static void disturb(Lab lab, Random random) {
    switch (random.nextInt(12)) {
      case 0 -> lab.checks(REFUSED);
      case 1 -> lab.checks(TIMEOUT);
      case 2 -> lab.checks(Optional.empty());
      case 3 -> lab.answer(random.nextBoolean() ? PASS : TIMEOUT);
      case 4 -> lab.beats(0);
      case 5 -> lab.beats(500);
      case 6 -> lab.complain();
      case 7 -> lab.stall(random.nextInt(5_000)).tick();
      case 8 -> lab.watch();
      case 9, 10 -> lab.checks(PASS);
      default -> lab.pass(random.nextInt(4_000));
    }
  }

  private static void assertChained(List<InstanceHealthChanged> changes) {
    Health at = Health.STARTING;
    for (InstanceHealthChanged change : changes) {
      assertThat(change.from()).isEqualTo(at).isNotEqualTo(change.to());
      at = change.to();
    }
  }

  private static void assertAlternating(Lab lab) {
    boolean failed = false;
    for (Object event : lab.events()) {
      if (event instanceof InstanceFailed) {
        assertThat(failed).as("failed twice").isFalse();
        failed = true;
      } else if (event instanceof InstanceRecovered) {
        assertThat(failed).as("recovered from nothing").isTrue();
        failed = false;
      }
    }
  }
}
