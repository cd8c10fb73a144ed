package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Epoch;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Pause;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardsTest {
  private final World world = new World();

  private World failing() {
    return world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
  }

  private String heldWhy() {
    assertThat(world.incident().phase()).isEqualTo(Phase.OPENED);
    assertThat(world.steps()).contains("held");
    return world.incident().steps().getLast().note();
  }

  @Test
  void a_pause_holds_a_failover_until_it_ends_and_says_so_once() {
    world.pause = Optional.of(new Pause("racks", "ann", world.wallMs + 60_000));
    failing().settle();
    world.advance(1_000);
    world.settle();

    assertThat(heldWhy()).startsWith("paused by ann until ").endsWith(": racks");
    assertThat(world.steps()).containsExactly("opened", "held");
    assertThat(world.role("one")).isEqualTo(Role.ACTIVE);
    world.advance(60_000);
    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void what_is_held_is_aborted_when_the_failed_one_passes_again() {
    world.pause = Optional.of(new Pause("racks", "ann", world.wallMs + 60_000));
    failing().settle();
    world.health("one", Health.UP).settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.ABORTED);
  }

  @Test
  void the_third_failover_within_a_minute_is_blocked_and_an_ack_lets_it_go_on() {
    world.guard =
        new FailoverGuard(Epoch.NONE, List.of(world.wallMs - 50_000, world.wallMs - 20_000), 0, 0);
    failing().settle();

    assertThat(heldWhy()).startsWith("blocked until ");
    assertThat(world.steps()).containsExactly("opened", "blocked", "held");
    assertThat(world.guard.blockedUntilMs()).isEqualTo(world.wallMs + Guards.FIRST_BLOCK_MS);
    world.guard = ServiceFailover.acknowledged(world.guard);
    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void failovers_that_are_further_apart_are_not_blocked() {
    world.guard =
        new FailoverGuard(Epoch.NONE, List.of(world.wallMs - 60_000, world.wallMs - 20_000), 0, 0);
    failing().settle();

    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void each_block_in_a_row_is_twice_as_long_up_to_an_hour_and_half_an_hour_of_calm_ends_the_row() {
    FailoverGuard guard = FailoverGuard.NONE;
    long wallMs = world.wallMs;
    for (long wantedMs :
        new long[] {60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000, 3_600_000}) {
      guard = Guards.block(guard, wallMs);
      assertThat(guard.blockedUntilMs() - wallMs).isEqualTo(wantedMs);
      wallMs = guard.blockedUntilMs() + 1;
    }
    guard = Guards.block(guard, guard.blockedUntilMs() + Guards.CALM_MS + 1);
    assertThat(guard.strikes()).isEqualTo(1);
  }

  @Test
  void a_mass_failure_holds_a_failover_but_not_that_of_the_last_one_that_serves() {
    world.around = new Surroundings(1, true, 0);
    failing().instance("three", Role.ACTIVE, Health.UP).settle();
    assertThat(heldWhy()).startsWith("mass failure");

    world.health("three", Health.DOWN).settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void too_many_failovers_of_all_services_hold_the_next_one() {
    world.around = new Surroundings(1, false, World.LIMITS.perMinute());
    failing().settle();
    assertThat(heldWhy()).startsWith("rate");
    world.around = Surroundings.calm(1);
    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void what_the_rate_has_let_in_does_not_wait_for_its_own_mark() {
    assertThat(failing().step()).isTrue();
    assertThat(world.step()).isTrue();
    assertThat(world.incident().phase()).isEqualTo(Phase.PLANNED);
    world.around = new Surroundings(1, false, World.LIMITS.perMinute());
    world.settle();

    assertThat(world.steps()).doesNotContain("held");
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void an_order_is_not_held() {
    world.instance("one", Role.ACTIVE, Health.UP).instance("two", Role.STANDBY, Health.UP);
    world.pause = Optional.of(new Pause("racks", "ann", world.wallMs + 60_000));
    world.around = new Surroundings(1, true, World.LIMITS.perMinute());
    world.order(OrderKind.SWITCHOVER, "", "");
    world.settle();

    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }

  @Test
  void one_that_failed_lately_or_has_just_begun_to_pass_waits_unless_nobody_else_serves() {
    failing().instance("three", Role.ACTIVE, Health.UP);
    world.health("two", Health.DOWN);
    world.advance(1);
    world.put(
        World.key(io.hawser.model.FacetKey.Kind.VERDICT, "two"),
        new io.hawser.model.Facet.Verdict(
            "life-1", Health.UP, world.wallMs, "passes", World.NODE, List.of()));
    world.settle();
    assertThat(world.incidentIds).isEmpty();

    world.health("three", Health.DOWN).settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
  }
}
