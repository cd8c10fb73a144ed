package io.hawser.failover.core;

import static io.hawser.failover.core.World.SERVICE;
import static io.hawser.failover.core.World.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey.Kind;
import org.junit.jupiter.api.Test;

class ServiceFailoverTest {
  private final World world = new World();

  /** One active that is down, one warm standby that passes. */
  @CanIgnoreReturnValue
  private World withStandby() {
    return world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
  }

  @Test
  void a_standby_takes_the_place_of_an_active_that_is_down() {
    withStandby().settle();

    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.steps())
        .containsExactly("opened", "planned", "removed", "activating", "routed", "closed");
    assertThat(world.activations.values()).containsExactly(1);
    assertThat(world.events.getFirst()).isInstanceOf(Event.FailoverStarted.class);
    assertThat(world.events)
        .anyMatch(e -> e instanceof Event.BackupActivated b && b.instance().equals("two"))
        .anyMatch(e -> e instanceof Event.FailoverFinished f && f.result().equals("activated"));
  }

  @Test
  void each_phase_is_a_write_of_its_own() {
    withStandby();
    for (Phase phase :
        new Phase[] {Phase.OPENED, Phase.PLANNED, Phase.REMOVED, Phase.ACTIVATING, Phase.ROUTED}) {
      world.step();
      assertThat(world.incident().phase()).isEqualTo(phase);
    }
  }

  @Test
  void the_failed_one_stays_in_its_role_until_a_candidate_is_chosen() {
    withStandby();
    world.step();
    world.step();
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    world.step();
    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.role("two")).isEqualTo(Role.STANDBY);
  }

  @Test
  void roles_come_under_an_epoch_above_all_that_the_service_has_seen() {
    world.ids.add("old");
    world.put(key(Kind.ROLE, "old"), new RoleRecord(Role.STANDBY, new Epoch(41), "", "earlier"));
    withStandby().settle();

    assertThat(world.roleRecord("two").epoch().value()).isGreaterThan(41);
    assertThat(world.roleRecord("one").epoch()).isEqualTo(world.roleRecord("two").epoch());
  }

  @Test
  void the_epoch_is_above_all_that_drivers_have_seen() {
    world.ownerEpoch = new Epoch(77);
    withStandby().settle();

    assertThat(world.roleRecord("two").epoch().value()).isGreaterThan(77);
  }

  @Test
  void nothing_begins_without_a_reason() {
    world.instance("suspect", Role.ACTIVE, Health.SUSPECT);
    world.instance("standby", Role.STANDBY, Health.DOWN);
    world.instance("kept", Role.ACTIVE, Health.DOWN).maintenance("kept", 60_000);
    world.instance("ready", Role.STANDBY, Health.UP);
    world.instance("gone", Role.ACTIVE, Health.DOWN).deregister("gone");

    assertThat(world.decide()).isEmpty();
  }

  @Test
  void a_verdict_on_an_earlier_incarnation_is_none() {
    withStandby();
    world.put(
        key(Kind.VERDICT, "one"),
        new io.hawser.model.Facet.Verdict(
            "life-0", Health.DOWN, 1, "old", World.NODE, java.util.List.of()));

    assertThat(world.decide()).isEmpty();
  }

  @Test
  void a_service_is_settled_while_all_are_active_and_none_is_down_and_nothing_is_recorded() {
    world.instance("one", Role.ACTIVE, Health.UP).instance("two", Role.ACTIVE, Health.SUSPECT);
    assertThat(world.snapshot().settled()).isTrue();
    assertThat(world.decide()).isEmpty();

    world.health("two", Health.DOWN);
    assertThat(world.snapshot().settled()).isFalse();
    world.health("two", Health.UP).instance("three", Role.STANDBY, Health.UP);
    assertThat(world.snapshot().settled()).isFalse();
    world.instance("three", Role.ACTIVE, Health.UP).recoveryDriver();
    assertThat(world.snapshot().settled()).isFalse();
  }

  @Test
  void nothing_begins_when_nobody_can_help() {
    world.instance("one", Role.ACTIVE, Health.DOWN);
    assertThat(world.decide()).isEmpty();
  }

  @Test
  void a_standby_takes_the_place_of_the_last_active_that_was_deregistered() {
    world.instance("one", Role.ACTIVE, Health.UP).instance("two", Role.STANDBY, Health.UP);
    world.deregister("one");
    world.settle();
    world.advance(Openings.VACANT_MS - 1);
    world.settle();
    assertThat(world.incidentIds).isEmpty();
    world.advance(1);
    world.settle();

    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.incident().failed()).isEqualTo("one");
    assertThat(world.incident().reason()).isEqualTo("deregistered");
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    world.instance("one", Role.ACTIVE, Health.UP).settle();
    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.incidentIds).hasSize(1);
  }

  @Test
  void nobody_is_promoted_or_started_for_a_service_that_ends_or_has_not_begun() {
    world.backup("cold", BackupMode.COLD, 1, "a");
    world.instance("two", Role.STANDBY, Health.UP).settle();
    world.advance(60_000);
    world.settle();
    world.instance("one", Role.ACTIVE, Health.UP);
    world.deregister("one");
    world.deregister("two");
    world.settle();
    world.advance(60_000);
    world.settle();

    assertThat(world.events).isEmpty();
    assertThat(world.calls).isEmpty();
  }

  @Test
  void an_end_of_maintenance_lets_the_failover_begin() {
    withStandby().maintenance("one", 1_000);
    assertThat(world.decide()).isEmpty();
    world.advance(1_001);
    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void it_is_aborted_when_the_failed_one_passes_before_the_activation() {
    for (int steps = 1; steps <= 3; steps++) {
      World w = new World();
      w.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
      for (int i = 0; i < steps; i++) {
        w.step();
      }
      w.health("one", Health.UP).settle();

      assertThat(w.incident().phase()).isEqualTo(Phase.ABORTED);
      assertThat(w.role("one")).isEqualTo(Role.ACTIVE);
      assertThat(w.role("two")).isEqualTo(Role.STANDBY);
      assertThat(w.activations).isEmpty();
    }
  }

  @Test
  void maintenance_aborts_and_gives_the_role_back() {
    withStandby();
    world.step();
    world.step();
    world.step();
    world.maintenance("one", 60_000);
    world.settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.ABORTED);
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void a_return_after_the_activation_leaves_the_backup_in_place() {
    withStandby();
    for (int i = 0; i < 4; i++) {
      world.step();
    }
    world.health("one", Health.UP).settle();

    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void a_cold_backup_is_started_by_its_driver_and_routed_when_it_passes() {
    world
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("cold", BackupMode.COLD, 1, "a")
        .settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.ACTIVATING);
    Effect.Drive call = world.lastDrive();
    assertThat(call.ask())
        .isEqualTo(new Ask(world.incidentIds.last(), Purpose.ACTIVATE, call.ask().instance(), 2));
    assertThat(call.port()).isEqualTo(9100);
    assertThat(call.epoch()).isEqualTo(world.roleRecord("cold").epoch());
    world.ok(call.ask());
    world.settle();
    assertThat(world.calls).hasSize(1);

    world.advance(900);
    world.instance("cold", Role.ACTIVE, Health.UP).settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.events)
        .anyMatch(e -> e instanceof Event.BackupActivated b && b.tookMs() == 900);
  }

  @Test
  void a_warm_backup_that_nobody_registered_is_registered() {
    world
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("warm", BackupMode.WARM, 1, "z")
        .settle();

    Effect.Register call = (Effect.Register) world.calls.getLast();
    assertThat(call.registration().wishedRole()).isEqualTo(Role.STANDBY);
    assertThat(call.registration().incarnation()).isEqualTo("127.0.0.1:9100");
    assertThat(call.registration().weight()).isEqualTo(7);
    assertThat(world.role("warm")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void a_candidate_that_does_not_come_up_in_time_is_released_and_the_next_one_tried() {
    world
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("c1", BackupMode.COLD, 1, "a")
        .backup("c2", BackupMode.COLD, 2, "a")
        .settle();
    Epoch first = world.roleRecord("c1").epoch();
    world.ok(world.lastDrive().ask());
    world.advance(15_000);
    world.settle();

    assertThat(world.role("c1")).isEqualTo(Role.STANDBY);
    assertThat(world.role("c2")).isEqualTo(Role.ACTIVE);
    assertThat(world.roleRecord("c2").epoch().newerThan(first)).isTrue();
    assertThat(world.incident().tried()).containsExactly("c1");
  }

  @Test
  void a_refusal_of_the_driver_is_not_waited_out() {
    world
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("c1", BackupMode.COLD, 1, "a")
        .backup("c2", BackupMode.COLD, 2, "a")
        .settle();
    world.refuse(world.lastDrive().ask());
    world.settle();

    assertThat(world.role("c2")).isEqualTo(Role.ACTIVE);
    assertThat(world.role("c1")).isEqualTo(Role.STANDBY);
  }

  @Test
  void after_three_candidates_the_activation_has_failed_and_the_failed_one_has_its_role_back() {
    world.instance("one", Role.ACTIVE, Health.DOWN);
    for (int i = 1; i <= 4; i++) {
      world.backup("c" + i, BackupMode.COLD, i, "a");
    }
    world.settle();
    for (int i = 0; i < 3; i++) {
      world.refuse(world.lastDrive().ask());
      world.settle();
    }

    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.incident().tried()).containsExactly("c1", "c2", "c3");
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(world.role("c3")).isEqualTo(Role.STANDBY);
    assertThat(world.events)
        .anyMatch(e -> e instanceof Event.FailoverFinished f && f.result().equals("failed"));
  }

  @Test
  void a_backup_that_turns_up_late_is_taken() {
    world.recoveryDriver().instance("one", Role.ACTIVE, Health.DOWN).settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);

    world.instance("two", Role.STANDBY, Health.UP).settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.incident().phase()).isEqualTo(Phase.ROUTED);
    assertThat(world.incidentIds).hasSize(1);
  }

  @Test
  void a_backup_that_came_up_after_its_time_is_taken_all_the_same() {
    slowBackup();
    world.instance("slow", Role.ACTIVE, Health.UP).settle();

    assertThat(world.role("slow")).isEqualTo(Role.ACTIVE);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.incidentIds).hasSize(1);
  }

  private void slowBackup() {
    world
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("slow", BackupMode.COLD, 1, "a")
        .settle();
    world.ok(world.lastDrive().ask());
    world.advance(15_000);
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.role("slow")).isEqualTo(Role.STANDBY);
  }

  @Test
  void those_that_did_not_come_up_are_asked_again_at_growing_intervals() {
    slowBackup();
    for (long waitMs : new long[] {30_000, 60_000, 135_000, 285_000, 300_000, 300_000}) {
      int calls = world.calls.size();
      world.advance(waitMs - 1);
      world.settle();
      assertThat(world.calls).hasSize(calls);
      world.advance(1);
      world.settle();
      assertThat(world.calls).hasSize(calls + 1);
      world.ok(world.lastDrive().ask());
      world.advance(15_000);
      world.settle();
      assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    }
    assertThat(world.calls).extracting(c -> ((Effect.Drive) c).ask()).doesNotHaveDuplicates();
  }

  @Test
  void two_failures_of_a_service_are_handled_one_after_the_other() {
    withStandby().instance("three", Role.ACTIVE, Health.DOWN).backup("b", BackupMode.COLD, 9, "a");
    while (world.step()) {
      long open =
          world.snapshot().incidents().values().stream().filter(i -> !i.activationDone()).count();
      assertThat(open).isLessThanOrEqualTo(1);
    }
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.role("b")).isEqualTo(Role.ACTIVE);
    assertThat(world.incidentIds).hasSize(2);
  }

  @Test
  void a_second_failure_waits_until_the_first_ones_candidate_serves() {
    world
        .instance("one", Role.ACTIVE, Health.DOWN)
        .instance("two", Role.ACTIVE, Health.DOWN)
        .backup("c1", BackupMode.COLD, 1, "a")
        .backup("c2", BackupMode.COLD, 2, "a")
        .settle();
    assertThat(world.incidentIds).hasSize(1);

    world.instance("c1", Role.ACTIVE, Health.UP).settle();
    assertThat(world.incidentIds).hasSize(2);
    assertThat(world.role("c2")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void one_failure_has_one_incident_however_often_it_is_looked_at() {
    withStandby().settle();
    world.nextManager();
    for (int i = 0; i < 20; i++) {
      world.advance(500);
      world.settle();
    }
    assertThat(world.incidentIds).hasSize(1);
  }

  @Test
  void a_backup_that_fails_later_is_an_incident_of_its_own() {
    withStandby().settle();
    world.advance(60_000);
    world.health("one", Health.UP).settle();
    world.advance(60_000);
    world.health("two", Health.DOWN).settle();

    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(world.incidentIds).hasSize(2);
    assertThat(world.incidentIds.first()).startsWith(SERVICE + "-20251009-");
  }

  @Test
  void a_long_history_keeps_how_the_hooks_ended() {
    withStandby();
    world.step();
    Draft draft =
        Draft.next(world.snapshot(), world.around, world.incidentIds.last(), world.wallMs);
    draft.step("hook-before-1", "ok");
    for (int i = 0; i < 2 * Draft.MAX_STEPS; i++) {
      draft.step("held", "for the " + i + "th time");
    }

    assertThat(draft.write().next().steps())
        .extracting(IncidentStep::name)
        .startsWith("opened", "hook-before-1", "held");
  }

  @Test
  void the_steps_of_a_record_are_bounded() {
    withStandby();
    world.step();
    Draft draft =
        Draft.next(world.snapshot(), world.around, world.incidentIds.last(), world.wallMs);
    for (int i = 0; i < 100; i++) {
      draft.step("step", "n " + i);
    }
    assertThat(draft.write().next().steps()).hasSize(Draft.MAX_STEPS);
    assertThat(draft.write().next().steps().getFirst().name()).isEqualTo("opened");
  }
}
