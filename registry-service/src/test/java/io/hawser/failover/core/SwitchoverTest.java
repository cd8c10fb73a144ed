package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Failback;
import io.hawser.model.Facet.FailbackMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.HookPoint;
import io.hawser.model.Facet.HookRef;
import io.hawser.model.Facet.Order;
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

class SwitchoverTest {
  private final World world = new World();

  private Outcome<Effect.Write> ask(String instance, String candidate) {
    return ServiceFailover.order(
        world.snapshot(),
        world.around,
        instance,
        new Order(OrderKind.SWITCHOVER, candidate, "ann", "work"),
        world.wallMs);
  }

  private static String code(Outcome<?> outcome) {
    return outcome instanceof Outcome.Rejected<?> r ? r.code() : "ok";
  }

  @Test
  void the_old_one_serves_until_the_new_one_passes_and_both_roles_change_at_once() {
    world.instance("one", Role.ACTIVE, Health.UP).backup("cold", BackupMode.COLD, 1, "b");
    world.order(OrderKind.SWITCHOVER, "", "cold");
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.PREPARING);
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(world.roleRecord("cold").role()).isEqualTo(Role.STANDBY);
    assertThat(world.calls).hasSize(1);

    world.ok(world.lastDrive().ask());
    world.instance("cold", Role.ACTIVE, Health.UP);
    world.step();
    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.role("cold")).isEqualTo(Role.ACTIVE);
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.incident().recovery()).isEqualTo(Recovery.NONE);
  }

  @Test
  void a_chosen_one_that_does_not_come_up_leaves_everything_as_it_was() {
    world.instance("one", Role.ACTIVE, Health.UP).backup("cold", BackupMode.COLD, 1, "b");
    world.order(OrderKind.SWITCHOVER, "one", "cold");
    world.settle();
    world.refuse(world.lastDrive().ask());
    world.settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    world.advance(120_000);
    world.settle();
    assertThat(world.calls).hasSize(1);
  }

  @Test
  void what_cannot_be_done_is_refused() {
    assertThat(code(ask("", ""))).isEqualTo("nobody-active");
    world.instance("one", Role.ACTIVE, Health.UP);
    assertThat(code(ask("", ""))).isEqualTo("no-candidate");
    assertThat(code(ask("two", ""))).isEqualTo("not-active");
    assertThat(code(ask("", "nobody"))).isEqualTo("no-candidate");
    world.instance("two", Role.ACTIVE, Health.UP).instance("three", Role.STANDBY, Health.UP);
    assertThat(code(ask("", ""))).isEqualTo("instance-needed");
    world.order(OrderKind.SWITCHOVER, "one", "three");
    assertThat(code(ask("two", ""))).isEqualTo("failover-open");
  }

  @Test
  void a_forced_failover_takes_the_role_though_the_instance_passes() {
    world.instance("one", Role.ACTIVE, Health.UP).instance("two", Role.STANDBY, Health.UP);
    world.order(OrderKind.FAILOVER, "", "");
    world.settle();

    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.steps()).contains("removed", "activating", "routed");
  }

  @Test
  void an_order_that_failed_is_told_once_whatever_becomes_of_the_instance() {
    world.probation(5_000);
    world.instance("one", Role.ACTIVE, Health.UP).backup("cold", BackupMode.COLD, 1, "b");
    world.order(OrderKind.FAILOVER, "one", "cold");
    world.settle();
    world.refuse(world.lastDrive().ask());
    world.live(60_000);

    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.incident().recovery()).isEqualTo(Recovery.RECOVERED);
    assertThat(world.events)
        .filteredOn(Event.FailoverFinished.class::isInstance)
        .extracting(e -> ((Event.FailoverFinished) e).result())
        .containsExactly("failed");
  }

  @Test
  void a_return_that_a_hook_forbids_is_not_tried_again_at_once() {
    HookRef hook = new HookRef(HookPoint.BEFORE, new DriverRef("exec", Map.of()), 1_000);
    oneIsBroughtBackAndIsToReturn();
    world.policy = new Policy(Optional.empty(), 0, false, world.policy.failback(), List.of(hook));
    world.advance(60_000);
    world.settle();
    refuseHook();
    assertThat(world.incident().phase()).isEqualTo(Phase.ABORTED);
    assertThat(world.incidentIds).hasSize(2);

    world.live(Failbacks.PAUSE_MS - 1_000);
    assertThat(world.incidentIds).hasSize(2);
    world.live(2_000);
    refuseHook();
    assertThat(world.incidentIds).hasSize(3);
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  private void oneIsBroughtBackAndIsToReturn() {
    world.policy =
        new Policy(
            Optional.empty(),
            0,
            false,
            Optional.of(new Failback(FailbackMode.AUTO, 30_000)),
            List.of());
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.settle();
    world.health("one", Health.UP).settle();
  }

  private void refuseHook() {
    world.refuse(((Effect.Hook) world.calls.getLast()).call().ask());
    world.settle();
  }

  @Test
  void one_that_was_brought_back_gets_its_place_again_where_the_policy_says_so_and_once() {
    oneIsBroughtBackAndIsToReturn();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    world.advance(60_000);
    world.settle();

    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(world.role("two")).isEqualTo(Role.STANDBY);
    assertThat(world.incidentIds).hasSize(2);
    world.advance(600_000);
    world.settle();
    assertThat(world.incidentIds).hasSize(2);
  }
}
