package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Failback;
import io.hawser.model.Facet.FailbackMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of one that was brought back; the automatic return is in the switchover's tests. */
class FailbackTest {
  private final World world = new World();

  private void oneFailsAndIsBroughtBack(FailbackMode mode) {
    world.policy =
        new Policy(Optional.empty(), 0, false, Optional.of(new Failback(mode, 30_000)), List.of());
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    world.settle();
    world.health("one", Health.UP).settle();
    world.advance(120_000);
    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(world.incidentIds).hasSize(1);
  }

  @Test
  void by_hand_operators_are_told_once_and_nothing_is_done() {
    oneFailsAndIsBroughtBack(FailbackMode.MANUAL);
    world.advance(600_000);
    world.settle();

    assertThat(world.steps()).containsOnlyOnce(Failbacks.DUE);
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void a_standby_is_taken_when_it_is_needed() {
    oneFailsAndIsBroughtBack(FailbackMode.STANDBY);
    world.health("two", Health.DOWN).settle();

    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(world.steps()).doesNotContain(Failbacks.DUE);
  }

  @Test
  void one_without_failback_is_in_the_pool_only_for_who_names_it() {
    oneFailsAndIsBroughtBack(FailbackMode.NONE);
    assertThat(Candidates.of(world.snapshot(), "two", List.of(), world.wallMs)).isEmpty();

    world.order(OrderKind.SWITCHOVER, "", "one");
    world.settle();
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    assertThat(Candidates.of(world.snapshot(), "one", List.of(), world.wallMs))
        .containsExactly("two");
  }
}
