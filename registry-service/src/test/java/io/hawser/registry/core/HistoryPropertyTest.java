package io.hawser.registry.core;

import static io.hawser.registry.core.Lab.EVICT_AFTER_MS;
import static io.hawser.registry.core.Lab.HTTP;
import static io.hawser.registry.core.Lab.PASS;
import static io.hawser.registry.core.Lab.REFUSED;
import static io.hawser.registry.core.Lab.TIMEOUT;
import static io.hawser.registry.core.Lab.incarnation;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event.InstanceFailed;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.Health;
import io.hawser.sim.Seeds;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of one instance: it registers, beats, deregisters, is maintained, and clocks are
 * set, from wherever the nanoseconds start. The seed of a history that breaks an invariant is in
 * the failure.
 */
class HistoryPropertyTest {
  private static final int RUNS = 60;
  private static final int STEPS = 150;
  private static final long TTL_MS = 2_000;

  /** Longer than any detection and any convalescence. */
  private static final long SETTLED_MS = 15_000;

  private static final class History {
    private final Random random;
    private final Lab lab;
    private int lives = 1;
    private boolean registered = true;
    private boolean well = true;
    private long downSinceMs = Long.MAX_VALUE;
    private int failuresSeen;

    History(long seed, long startNs) {
      random = new Random(seed);
      lab = new Lab(registration(), startNs).checks(PASS).watch().beats(500);
    }

    private io.hawser.model.Facet.Registration registration() {
      CheckSpec[] checks = random.nextBoolean() ? new CheckSpec[] {HTTP} : new CheckSpec[0];
      return incarnation("life-" + lives, TTL_MS, checks);
    }

    void step() {
      switch (random.nextInt(14)) {
        case 0 -> register();
        case 1 -> deregister();
        case 2 -> maintain(random.nextInt(20_000));
        case 3 -> lab.stepWall(random.nextInt(200_000) - 100_000);
        case 4 -> sicken();
        case 5, 6 -> heal();
        case 7 -> lab.stall(random.nextInt(10_000)).tick();
        case 8 -> pass(EVICT_AFTER_MS / 4);
        case 9 -> lab.beat("of another life");
        case 10 -> settle();
        default -> pass(random.nextInt(3_000));
      }
      check();
    }

    private void register() {
      lives++;
      lab.register(registration());
      registered = true;
      downSinceMs = Long.MAX_VALUE;
    }

    private void deregister() {
      lab.deregister();
      registered = false;
      downSinceMs = Long.MAX_VALUE;
    }

    private void maintain(long forMs) {
      if (registered) {
        lab.maintained(forMs);
      }
    }

    private void sicken() {
      well = false;
      lab.checks(random.nextBoolean() ? REFUSED : TIMEOUT).beats(0);
    }

    private void heal() {
      well = true;
      lab.checks(PASS).beats(500);
    }

    private void settle() {
      pass(SETTLED_MS);
      if (registered) {
        assertThat(lab.health()).isEqualTo(well ? Health.UP : Health.DOWN);
      }
    }

    private void pass(long forMs) {
      for (long left = forMs; left > 0; left -= 500) {
        int verdicts = lab.verdicts().size();
        int evictions = lab.evictions().size();
        boolean maintained = lab.inMaintenance();
        lab.pass(Math.min(left, 500));
        if (!registered) {
          assertThat(lab.verdicts()).as("nobody judges what is gone").hasSize(verdicts);
        }
        note(evictions, maintained);
      }
    }

    private void note(int evictions, boolean maintained) {
      if (lab.health() == Health.DOWN && downSinceMs == Long.MAX_VALUE) {
        downSinceMs = lab.ms() - 500;
      } else if (lab.health() != Health.DOWN) {
        downSinceMs = Long.MAX_VALUE;
      }
      if (lab.evictions().size() > evictions) {
        assertThat(lab.ms() - downSinceMs)
            .as("evicted after it was down for long")
            .isGreaterThanOrEqualTo(EVICT_AFTER_MS);
      }
      int failures = lab.events(InstanceFailed.class).size();
      if (failures > failuresSeen) {
        assertThat(maintained && lab.inMaintenance()).as("failed in maintenance").isFalse();
        failuresSeen = failures;
      }
    }

    private void check() {
      assertThat(lab.runsInFlight()).isLessThanOrEqualTo(2);
      if (registered) {
        assertThat(lab.detector().watched()).containsExactly(Lab.KEY);
      } else {
        assertThat(lab.detector().watched()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        -1,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 60_000_000_000L,
        Long.MAX_VALUE - 600_000_000_000L
      })
  void whatever_happens_the_invariants_hold(long startNs) {
    Seeds.run(
        RUNS,
        seed -> {
          History history = new History(seed, startNs);
          for (int i = 0; i < STEPS; i++) {
            history.step();
          }
        });
  }
}
