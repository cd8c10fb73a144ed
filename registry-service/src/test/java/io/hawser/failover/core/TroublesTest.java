package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.HookPoint;
import io.hawser.model.Facet.HookRef;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import io.hawser.model.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong beside the failed instance: hooks, drivers, pools, and what dies again. Over 300
 * lines, as each case is told from its beginning.
 */
class TroublesTest {
  private final World world = new World();

  private static Policy hooked(HookPoint when) {
    DriverRef check = new DriverRef("exec", Map.of("command", "check"));
    return new Policy(
        Optional.empty(), 0, false, Optional.empty(), List.of(new HookRef(when, check, 5_000)));
  }

  private Ask lastHook() {
    return ((Effect.Hook) world.calls.getLast()).call().ask();
  }

  private long told(String step) {
    return world.events.stream()
        .filter(e -> e instanceof Event.FailoverStep s && s.step().equals(step))
        .count();
  }

  private void aHookFails() {
    world.policy = hooked(HookPoint.BEFORE);
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.settle();
    world.refuse(lastHook());
    world.settle();
  }

  @Test
  void a_hook_that_fails_aborts_the_failover_and_is_not_run_again_at_once() {
    aHookFails();

    assertThat(world.incident().phase()).isEqualTo(Phase.ABORTED);
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    world.advance(Openings.VETO_MS - 1);
    world.settle();
    assertThat(world.calls).hasSize(1);
    assertThat(world.incidentIds).hasSize(1);
  }

  @Test
  void after_a_while_the_hook_is_asked_again_and_may_let_it_pass() {
    aHookFails();
    world.advance(Openings.VETO_MS);
    world.settle();
    world.ok(lastHook());
    world.settle();

    assertThat(world.incidentIds).hasSize(2);
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void a_hook_that_fails_afterwards_changes_nothing_and_is_told() {
    world.policy = hooked(HookPoint.AFTER);
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.ROUTED);
    world.refuse(lastHook());
    world.settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(told("hook-after-1")).isEqualTo(1);
  }

  @Test
  void a_driver_that_never_answers_is_given_up_for_the_next_candidate() {
    world.instance("one", Role.ACTIVE, Health.DOWN);
    world.backup("cold-1", BackupMode.COLD, 1, "b").backup("cold-2", BackupMode.COLD, 2, "b");
    world.settle();
    assertThat(world.lastDrive().ask().instance().id()).isEqualTo("cold-1");
    world.advance(World.LIMITS.activationTimeoutMs());
    world.settle();

    assertThat(world.lastDrive().ask().instance().id()).isEqualTo("cold-2");
    assertThat(world.role("cold-1")).isEqualTo(Role.STANDBY);
    assertThat(told("candidate-failed")).isEqualTo(1);
  }

  @Test
  void a_pool_without_anybody_in_it_is_a_failover_that_has_failed_until_somebody_turns_up() {
    world.policy = new Policy(Optional.empty(), 1);
    world.instance("one", Role.ACTIVE, Health.DOWN);
    world.settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.incident().steps().getLast().note()).isEqualTo("no backup is ready");
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(world.events).anyMatch(e -> e instanceof Event.FailoverFinished);
    world.advance(3_600_000);
    world.settle();
    assertThat(world.incidentIds).hasSize(1);

    world.instance("two", Role.STANDBY, Health.UP);
    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.incidentIds).hasSize(1);
  }

  private void dieAndComeBack(long liveMs) {
    world.health("one", Health.DOWN).settle();
    world.ok(world.lastDrive().ask());
    world.health("one", Health.UP).settle();
    world.advance(liveMs);
    world.settle();
  }

  @Test
  void what_comes_up_and_dies_again_waits_longer_each_time_and_is_given_up_at_last() {
    world.recoveryDriver().instance("one", Role.ACTIVE, Health.UP).settle();
    dieAndComeBack(1_000);
    assertThat(world.calls).hasSize(1);

    for (int loop = 1; loop < World.LIMITS.recoveryAttempts(); loop++) {
      world.health("one", Health.DOWN).settle();
      assertThat(world.calls).hasSize(loop);
      world.advance(World.LIMITS.recoveryBackoffMs() * loop * 11 / 10);
      dieAndComeBack(1_000);
      assertThat(world.calls).hasSize(loop + 1);
    }

    world.health("one", Health.DOWN).settle();
    world.advance(60_000);
    world.settle();
    assertThat(world.calls).hasSize(World.LIMITS.recoveryAttempts());
    assertThat(world.incident().recovery()).isEqualTo(Recovery.GIVEN_UP);
    assertThat(world.incident().steps().getLast().note()).contains("crash loop");
  }

  @Test
  void failures_that_are_far_apart_are_no_loop() {
    world.recoveryDriver().instance("one", Role.ACTIVE, Health.UP).settle();
    for (int failure = 1; failure <= 5; failure++) {
      dieAndComeBack(RecoveryOfFailed.LOOP_MS);
      assertThat(world.calls).hasSize(failure);
    }
  }

  @Test
  void one_whose_node_is_not_there_is_no_candidate_until_it_is() {
    world.instance("one", Role.ACTIVE, Health.DOWN).backup("cold", BackupMode.COLD, 1, "a");
    world.away.put("cold", "node node-2, whose it is, is not there");
    world.live(5_000);
    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(Candidates.whyNot(world.snapshot(), "one", "cold", List.of(), world.wallMs))
        .contains("node node-2, whose it is, is not there");

    world.away.clear();
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.ACTIVATING);
    assertThat(world.role("cold")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void one_whose_node_goes_while_it_is_to_start_it_is_asked_again_when_that_is_back() {
    world.instance("one", Role.ACTIVE, Health.DOWN).backup("cold", BackupMode.COLD, 1, "a");
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.ACTIVATING);
    world.away.put("cold", "node node-2, whose it is, is not there");
    world.manager.answered(
        world.lastDrive().ask(), new Outcome.Rejected<>("owner-gone", "not there"), world.nowNs);
    world.live(5_000);
    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.incident().tried()).isEmpty();
    assertThat(world.role("cold")).isEqualTo(Role.STANDBY);

    world.away.clear();
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.ACTIVATING);
    assertThat(world.activations).hasSize(2);
    assertThat(world.activations.values()).containsOnly(1);
  }

  @Test
  void what_holds_the_activation_up_and_what_holds_the_recovery_up_are_told_once_each() {
    world.recoveryDriver();
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.guard = Guards.block(FailoverGuard.NONE, world.wallMs);
    world.settle();
    world.manager.answered(
        world.lastDrive().ask(), new Outcome.Rejected<>("owner-gone", "not there"), world.nowNs);
    world.live(10_000);

    assertThat(world.incident().phase()).isEqualTo(Phase.OPENED);
    assertThat(world.steps())
        .containsExactly("opened", "held", "recovery-attempt", "held", "recovery-held");
  }

  @Test
  void that_somebody_was_active_is_not_forgotten_though_much_else_happens() {
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.settle();
    Draft draft = Draft.next(world.snapshot(), world.around, world.incidentIds.last(), 0);
    for (int i = 0; i < 3 * Draft.MAX_STEPS; i++) {
      draft.step("held", "reason " + i);
    }
    assertThat(draft.write().next().steps())
        .hasSize(Draft.MAX_STEPS)
        .extracting(s -> s.name())
        .startsWith("opened", "activating", "held");
  }

  @Test
  void one_that_was_made_active_again_and_fails_anew_has_another_incident() {
    world.recoveryDriver();
    world.probation(60_000);
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    world.health("one", Health.UP).settle();
    world.advance(2_000);
    world.health("two", Health.DOWN).settle();
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    world.advance(2_000);
    world.health("one", Health.DOWN);
    world.health("two", Health.UP);
    world.live(2_000);

    assertThat(world.incidentIds).hasSize(3);
  }

  @Test
  void a_cold_one_that_ran_and_died_is_started_again_when_nobody_else_serves() {
    world
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("cold", BackupMode.COLD, 1, "a")
        .instance("cold", Role.STANDBY, Health.DOWN)
        .settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.ACTIVATING);
    assertThat(world.lastDrive().ask().instance().id()).isEqualTo("cold");
  }

  @Test
  void that_nobody_takes_the_place_is_told_once_though_all_are_asked_again_and_again() {
    world.instance("one", Role.ACTIVE, Health.DOWN).backup("cold", BackupMode.COLD, 1, "a");
    world.settle();
    for (int round = 0; round < 4; round++) {
      world.refuse(world.lastDrive().ask());
      world.live(NextRound.MAX_ROUND_MS);
    }
    assertThat(told("failed")).isGreaterThan(2);
    assertThat(world.events)
        .filteredOn(Event.FailoverFinished.class::isInstance)
        .extracting(e -> ((Event.FailoverFinished) e).result())
        .containsExactly("failed");
  }

  @Test
  void one_that_was_asked_to_start_counts_as_tried_though_its_node_is_away_after_that() {
    world.instance("one", Role.ACTIVE, Health.DOWN).backup("cold", BackupMode.COLD, 1, "a");
    world.settle();
    world.ok(world.lastDrive().ask());
    world.away.put("cold", "node node-2, whose it is, is not there");
    world.live(World.LIMITS.activationTimeoutMs() + 1_000);

    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.incident().tried()).containsExactly("cold");
  }

  @Test
  void what_begins_late_counts_for_the_rate_as_what_begins_at_once() {
    world.instance("one", Role.ACTIVE, Health.DOWN).backup("cold", BackupMode.COLD, 1, "a");
    world.away.put("cold", "node node-2, whose it is, is not there");
    world.settle();
    assertThat(world.guard.failoversAtMs()).isEmpty();
    world.away.clear();
    world.settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.ACTIVATING);
    assertThat(world.guard.failoversAtMs()).hasSize(1);
  }

  @Test
  void the_hooks_of_failures_are_run_too_when_the_failed_one_is_given_up_beside_another() {
    DriverRef exec = new DriverRef("exec", Map.of("command", "page"));
    world.policy =
        new Policy(
            Optional.of(new DriverRef("process", Map.of("template", "echo"))),
            0,
            false,
            Optional.empty(),
            List.of(new HookRef(HookPoint.FAILED, exec, 5_000)));
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.settle();
    for (int attempt = 1; attempt <= World.LIMITS.recoveryAttempts(); attempt++) {
      world.refuse(world.lastDrive().ask());
      world.live(20_000);
    }
    assertThat(world.incident().recovery()).isEqualTo(Recovery.GIVEN_UP);
    assertThat(world.calls.getLast())
        .isInstanceOfSatisfying(
            Effect.Hook.class,
            hook -> assertThat(hook.call().details()).containsEntry("point", "failed"));
    assertThat(world.incident().phase()).isEqualTo(Phase.ROUTED);

    world.ok(((Effect.Hook) world.calls.getLast()).ask());
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.steps()).contains("hook-failed-1");
  }

  @Test
  void a_failover_may_be_ordered_though_nobody_is_active() {
    world.backup("cold", BackupMode.COLD, 1, "a");
    world.order(OrderKind.FAILOVER, "", "");
    world.settle();

    assertThat(world.role("cold")).isEqualTo(Role.ACTIVE);
  }
}
