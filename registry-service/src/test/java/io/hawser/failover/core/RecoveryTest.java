package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.core.Ask.Purpose;
import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.Outcome;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private final World world = new World();

  @BeforeEach
  void an_active_fails_and_a_standby_takes_over() {
    world
        .recoveryDriver()
        .instance("one", Role.ACTIVE, Health.DOWN)
        .instance("two", Role.STANDBY, Health.UP)
        .settle();
  }

  @Test
  void the_first_attempt_comes_at_once_and_not_before_the_activation() {
    assertThat(world.steps())
        .containsExactly(
            "opened", "planned", "removed", "activating", "routed", "recovery-attempt");
    assertThat(world.incident().attempt()).isEqualTo(1);
    assertThat(world.lastDrive().ask().purpose()).isEqualTo(Purpose.RECOVER);
    assertThat(world.lastDrive().port()).isEqualTo(9000);
  }

  @Test
  void it_runs_beside_a_slow_activation() {
    World slow = new World();
    slow.recoveryDriver()
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("cold", BackupMode.COLD, 1, "a")
        .settle();

    assertThat(slow.calls)
        .extracting(c -> ((Effect.Drive) c).ask().purpose())
        .containsExactly(Purpose.ACTIVATE, Purpose.RECOVER);
  }

  @Test
  void a_recovered_one_stays_standby_and_the_incident_closes() {
    world.ok(world.lastDrive().ask());
    world.advance(2_000);
    world.health("one", Health.UP).settle();

    assertThat(world.incident().recovery()).isEqualTo(Recovery.RECOVERED);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void an_attempt_that_a_driver_refused_for_its_epoch_is_made_again_under_a_higher_one() {
    Ask first = world.lastDrive().ask();
    world.ownerEpoch = new Epoch(77);
    world.refuse(first);
    world.settle();
    world.advance(5_500);
    world.settle();

    assertThat(world.lastDrive().ask()).isNotEqualTo(first);
    assertThat(world.lastDrive().epoch()).isEqualTo(new Epoch(78));
  }

  @Test
  void one_that_comes_back_by_itself_counts_as_recovered() {
    world.health("one", Health.UP).settle();
    assertThat(world.incident().recovery()).isEqualTo(Recovery.RECOVERED);
  }

  @Test
  void an_attempt_is_missed_when_the_instance_does_not_pass_in_time() {
    world.ok(world.lastDrive().ask());
    world.advance(9_999);
    world.settle();
    assertThat(world.incident().recovery()).isEqualTo(Recovery.TRYING);
    world.advance(1);
    world.settle();
    assertThat(world.incident().recovery()).isEqualTo(Recovery.WAITING);
  }

  @Test
  void the_wait_grows_with_the_attempt_and_after_three_misses_it_is_given_up() {
    long startMs = world.wallMs;
    world.refuse(world.lastDrive().ask());
    world.settle();
    world.advance(4_499);
    world.settle();
    assertThat(world.incident().attempt()).isEqualTo(1);
    world.advance(1_001);
    world.settle();
    assertThat(world.incident().attempt()).isEqualTo(2);
    world.refuse(world.lastDrive().ask());
    world.settle();
    world.advance(11_000);
    world.settle();
    assertThat(world.incident().attempt()).isEqualTo(3);
    assertThat(world.wallMs - startMs).isEqualTo(16_500);
    world.refuse(world.lastDrive().ask());
    world.settle();

    assertThat(world.calls).hasSize(3);
    assertThat(world.incident().recovery()).isEqualTo(Recovery.GIVEN_UP);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.events)
        .anyMatch(e -> e instanceof Event.FailoverStep s && s.step().equals("recovery-given-up"));
  }

  @Test
  void one_that_returns_after_it_was_given_up_is_marked_so_and_may_fail_anew() {
    for (int i = 1; i <= 3; i++) {
      world.refuse(world.lastDrive().ask());
      world.settle();
      world.advance(60_000);
      world.settle();
    }
    assertThat(world.incident().recovery()).isEqualTo(Recovery.GIVEN_UP);
    world.health("one", Health.UP).settle();
    assertThat(world.incident().recovery()).isEqualTo(Recovery.RECOVERED);
    world.advance(1_000);
    world.health("two", Health.DOWN).settle();
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void one_that_returns_after_its_incident_ended_is_recovered_when_its_probation_is_over() {
    World late = new World();
    late.probation(5_000);
    late.instance("one", Role.ACTIVE, Health.DOWN)
        .instance("two", Role.STANDBY, Health.UP)
        .settle();
    assertThat(late.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(late.incident().recovery()).isEqualTo(Recovery.NONE);

    late.health("one", Health.UP).live(4_500);
    assertThat(late.incident().recovery()).isEqualTo(Recovery.NONE);
    late.live(1_000);
    assertThat(late.incident().recovery()).isEqualTo(Recovery.RECOVERED);
  }

  @Test
  void in_a_mass_failure_one_is_started_again_only_where_nobody_else_serves() {
    World alone = new World();
    alone.around = new Surroundings(1, true, 0);
    alone.recoveryDriver().instance("one", Role.ACTIVE, Health.DOWN).settle();
    assertThat(alone.lastDrive().ask().purpose()).isEqualTo(Purpose.RECOVER);

    World served = new World();
    served.around = new Surroundings(1, true, 0);
    served
        .recoveryDriver()
        .instance("one", Role.ACTIVE, Health.DOWN)
        .instance("two", Role.ACTIVE, Health.UP)
        .settle();
    served.live(60_000);
    assertThat(served.calls).isEmpty();
  }

  @Test
  void without_a_backup_the_failed_one_keeps_its_role_and_only_recovery_runs() {
    World alone = new World();
    alone.recoveryDriver().instance("one", Role.ACTIVE, Health.DOWN).settle();

    assertThat(alone.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(alone.lastDrive().ask().purpose()).isEqualTo(Purpose.RECOVER);
    alone.health("one", Health.UP).settle();
    assertThat(alone.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(alone.events.getLast())
        .isInstanceOfSatisfying(
            Event.FailoverFinished.class, f -> assertThat(f.result()).isEqualTo("recovered"));
  }

  @Test
  void maintenance_holds_the_attempts() {
    world.refuse(world.lastDrive().ask());
    world.settle();
    world.maintenance("one", 100_000);
    world.advance(50_000);
    world.settle();
    assertThat(world.incident().attempt()).isEqualTo(1);
    world.advance(60_000);
    world.settle();
    assertThat(world.incident().attempt()).isEqualTo(2);
  }

  @Test
  void one_that_is_deregistered_is_not_started_again() {
    world.deregister("one");
    world.settle();
    assertThat(world.incident().recovery()).isEqualTo(Recovery.GIVEN_UP);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void a_next_manager_repeats_the_call_under_its_name_and_waits_one_backoff_at_most() {
    Ask first = world.lastDrive().ask();
    world.nextManager();
    world.settle();
    assertThat(world.calls).hasSize(2);
    assertThat(world.lastDrive().ask()).isEqualTo(first);

    world.refuse(first);
    world.settle();
    world.advance(4_000);
    world.settle();
    world.nextManager();
    world.settle();
    world.advance(5_500);
    world.settle();
    assertThat(world.incident().attempt()).isEqualTo(2);
  }

  @Test
  void a_driver_that_is_gone_from_the_policy_ends_the_attempts() {
    world.policy = new Policy(Optional.empty(), 0);
    world.settle();
    assertThat(world.incident().recovery()).isEqualTo(Recovery.GIVEN_UP);
  }

  @Test
  void two_incidents_of_one_instance_do_not_both_bring_it_back() {
    World both = new World();
    both.recoveryDriver().instance("one", Role.ACTIVE, Health.DOWN).settle();
    assertThat(both.incident().recovery()).isEqualTo(Recovery.TRYING);
    both.instance("two", Role.STANDBY, Health.UP);
    both.order(OrderKind.FAILOVER, "one", "two");
    both.settle();

    assertThat(both.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(both.snapshot().incidents().values())
        .extracting(Incident::recovery)
        .containsExactlyInAnyOrder(Recovery.TRYING, Recovery.NONE);
  }

  @Test
  void one_that_is_back_before_its_backup_fails_to_come_up_has_its_place_and_that_is_told() {
    World slow = new World();
    slow.recoveryDriver()
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("cold", BackupMode.COLD, 1, "a")
        .settle();
    slow.health("one", Health.UP).settle();
    assertThat(slow.incident().phase()).isEqualTo(Phase.ACTIVATING);
    assertThat(slow.incident().recovery()).isEqualTo(Recovery.RECOVERED);
    slow.refuse(((Effect.Drive) slow.calls.getFirst()).ask());
    slow.settle();

    assertThat(slow.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(slow.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(slow.events)
        .filteredOn(Event.FailoverFinished.class::isInstance)
        .extracting(e -> ((Event.FailoverFinished) e).result())
        .containsExactly("recovered");
  }

  @Test
  void a_node_that_starts_anew_finds_its_instances_not_given_up() {
    Ask first = world.lastDrive().ask();
    for (int seconds = 0; seconds < 300; seconds++) {
      world.manager.answered(
          world.lastDrive().ask(), new Outcome.Rejected<>("owner-gone", "not there"), world.nowNs);
      world.live(1_000);
    }
    assertThat(world.incident().recovery()).isEqualTo(Recovery.TRYING);
    assertThat(world.incident().attempt()).isEqualTo(1);
    assertThat(world.steps()).containsOnlyOnce("recovery-held");
    assertThat(world.lastDrive().ask()).isEqualTo(first);

    world.ok(first);
    world.health("one", Health.UP).settle();
    assertThat(world.incident().recovery()).isEqualTo(Recovery.RECOVERED);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
  }
}
