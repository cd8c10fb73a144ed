package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Epoch;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Failback;
import io.hawser.model.Facet.FailbackMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.HookPoint;
import io.hawser.model.Facet.HookRef;
import io.hawser.model.Facet.IncidentStep;
import io.hawser.model.Facet.OrderKind;
import io.hawser.model.Facet.Pause;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.RoleTerm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A service of which at most one instance is active, ever. Over 300 lines, as each case is told
 * from its beginning.
 */
class ExclusiveTest {
  private static final long TERM_MS = RoleTerm.MS + RoleTerm.MARGIN_MS;

  private final World world = new World();

  @BeforeEach
  void exclusive() {
    world.policy = new Policy(Optional.empty(), 0, true);
    world.instance("one", Role.ACTIVE, Health.UP).instance("two", Role.ACTIVE, Health.UP);
    world.settle();
    world.advance(Openings.VACANT_MS);
    world.settle();
    answerFence();
    world.settle();
  }

  private void answerFence() {
    assertThat(world.calls.getLast()).isInstanceOf(Effect.RaiseFence.class);
    world.ok(((Effect.RaiseFence) world.calls.getLast()).ask());
  }

  private Optional<Role> given(String id) {
    return Optional.ofNullable(world.snapshot().roles().get(id)).map(r -> r.role());
  }

  @Test
  void one_is_appointed_though_all_wish_to_be_active() {
    assertThat(given("one")).contains(Role.ACTIVE);
    assertThat(given("two")).isEmpty();
    assertThat(world.incident().failed()).isEmpty();
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void the_next_one_is_active_only_after_the_term_and_when_the_fence_is_raised() {
    world.advance(2_000);
    world.health("one", Health.DOWN).settle();
    world.advance(TERM_MS - 1);
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.REMOVED);
    world.advance(1);
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.FENCED);
    assertThat(given("two")).isNotEqualTo(Optional.of(Role.ACTIVE));
    Effect.RaiseFence fence = (Effect.RaiseFence) world.calls.getLast();
    assertThat(fence.resource()).isEqualTo("hawser/active/echo");

    answerFence();
    world.settle();
    assertThat(given("two")).contains(Role.ACTIVE);
    assertThat(world.roleRecord("two").epoch().value()).isEqualTo(fence.token());
    assertThat(given("one")).contains(Role.STANDBY);
  }

  @Test
  void a_store_that_takes_no_fence_is_asked_again_and_the_history_says_why_nothing_happens() {
    world.advance(2_000);
    world.health("one", Health.DOWN).settle();
    world.advance(TERM_MS);
    world.settle();
    for (int asked = 0; asked < 3; asked++) {
      world.refuse(((Effect.RaiseFence) world.calls.getLast()).ask());
      world.settle();
      world.advance(Startup.RETRY_MS);
      world.settle();
    }
    assertThat(world.incident().phase()).isEqualTo(Phase.FENCED);
    assertThat(world.steps()).containsOnlyOnce("held");

    answerFence();
    world.settle();
    assertThat(given("two")).contains(Role.ACTIVE);
  }

  @Test
  void the_next_manager_waits_for_the_whole_term_again() {
    world.advance(2_000);
    world.health("one", Health.DOWN).settle();
    world.advance(TERM_MS - 1);
    world.nextManager();
    world.settle();
    world.advance(TERM_MS - 1);
    world.settle();

    assertThat(world.incident().phase()).isEqualTo(Phase.REMOVED);
  }

  @Test
  void an_old_one_gets_its_role_back_only_when_nobody_was_active_in_between() {
    world.advance(2_000);
    world.health("one", Health.DOWN).settle();
    world.health("one", Health.UP).settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.ABORTED);
    assertThat(given("one")).contains(Role.ACTIVE);

    world.advance(61_000);
    world.health("one", Health.DOWN).settle();
    world.advance(TERM_MS);
    world.settle();
    answerFence();
    world.step();
    assertThat(given("two")).contains(Role.ACTIVE);
    world.health("two", Health.DOWN);
    world.health("one", Health.UP);
    world.advance(15_000);
    world.settle();
    world.advance(15_000);
    world.settle();
    assertThat(given("two")).contains(Role.STANDBY);
    assertThat(given("one")).contains(Role.STANDBY);
  }

  @Test
  void a_switchover_waits_for_the_term_too() {
    world.advance(2_000);
    world.order(OrderKind.SWITCHOVER, "", "two");
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.REMOVED);
    assertThat(given("one")).contains(Role.STANDBY);
    world.advance(TERM_MS);
    world.settle();
    answerFence();
    world.settle();
    assertThat(given("two")).contains(Role.ACTIVE);
  }

  @Test
  void one_whose_place_nobody_took_serves_again_though_nobody_is_to_return() {
    Failback none = new Failback(FailbackMode.NONE, 1);
    world.policy = new Policy(Optional.empty(), 0, true, Optional.of(none), List.of());
    world.advance(61_000);
    world.health("one", Health.DOWN).settle();
    world.advance(TERM_MS);
    world.settle();
    answerFence();
    world.step();
    world.health("two", Health.DOWN).settle();
    world.advance(15_000);
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);

    world.health("one", Health.UP).settle();
    world.live(Openings.VACANT_MS + TERM_MS + 1_000);
    answerFence();
    world.settle();
    assertThat(given("one")).contains(Role.ACTIVE);
  }

  @Test
  void when_the_only_backup_did_not_come_up_it_is_asked_again() {
    World cold = new World();
    cold.policy = new Policy(Optional.empty(), 0, true);
    cold.instance("one", Role.ACTIVE, Health.UP).settle();
    cold.live(Openings.VACANT_MS);
    cold.ok(((Effect.RaiseFence) cold.calls.getLast()).ask());
    cold.settle();
    cold.backup("cold", BackupMode.COLD, 1, "a");
    cold.health("one", Health.DOWN).settle();
    cold.live(TERM_MS);
    cold.ok(((Effect.RaiseFence) cold.calls.getLast()).ask());
    cold.settle();
    cold.refuse(cold.lastDrive().ask());
    cold.settle();
    assertThat(cold.incident().phase()).isEqualTo(Phase.FAILED);

    cold.live(NextRound.MIN_ROUND_MS + TERM_MS + 1_000);
    cold.ok(((Effect.RaiseFence) cold.calls.getLast()).ask());
    cold.settle();
    assertThat(cold.incident().phase()).isEqualTo(Phase.ACTIVATING);
    assertThat(cold.lastDrive().ask().purpose()).isEqualTo(Ask.Purpose.ACTIVATE);
  }

  @Test
  void of_two_that_were_active_before_it_was_exclusive_the_last_one_stays() {
    Set<String> before = Set.copyOf(world.incidentIds);
    world.put(World.key(Kind.ROLE, "two"), new RoleRecord(Role.ACTIVE, new Epoch(99), "", ""));
    world.settle();

    assertThat(given("one")).contains(Role.STANDBY);
    assertThat(given("two")).contains(Role.ACTIVE);
    List<String> more = world.incidentIds.stream().filter(id -> !before.contains(id)).toList();
    assertThat(more).hasSize(1);
    assertThat(world.snapshot().incidents())
        .hasEntrySatisfying(
            more.getFirst(),
            incident -> {
              assertThat(incident.candidate()).isEqualTo("two");
              assertThat(incident.steps())
                  .extracting(IncidentStep::name)
                  .containsExactly("opened", "closed");
            });
    world.live(60_000);
    assertThat(given("two")).contains(Role.ACTIVE);
    assertThat(world.incidentIds).hasSize(before.size() + 1);
  }

  @Test
  void a_failover_that_began_while_it_was_ordinary_leaves_nobody_active_before_the_fence() {
    World was = new World();
    was.instance("one", Role.ACTIVE, Health.UP).instance("two", Role.ACTIVE, Health.UP);
    was.instance("spare", Role.STANDBY, Health.UP);
    was.put(World.key(Kind.ROLE, "one"), new RoleRecord(Role.ACTIVE, new Epoch(1), "", ""));
    was.put(World.key(Kind.ROLE, "two"), new RoleRecord(Role.ACTIVE, new Epoch(2), "", ""));
    was.pause = Optional.of(new Pause("why", "me", Long.MAX_VALUE));
    was.health("one", Health.DOWN).settle();
    was.policy = new Policy(Optional.empty(), 0, true);
    was.pause = Optional.empty();
    was.settle();

    assertThat(was.incident().phase()).isEqualTo(Phase.REMOVED);
    assertThat(was.role("one")).isEqualTo(Role.STANDBY);
    assertThat(was.role("two")).isEqualTo(Role.STANDBY);
  }

  @Test
  void the_old_one_is_not_given_its_role_back_at_once_after_another_has_had_it() {
    world.health("one", Health.DOWN).settle();
    world.advance(TERM_MS);
    world.settle();
    answerFence();
    world.step();
    assertThat(given("two")).contains(Role.ACTIVE);
    world.health("two", Health.DOWN).settle();
    world.advance(World.LIMITS.activationTimeoutMs());
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.FAILED);

    world.health("two", Health.UP).settle();
    world.health("one", Health.UP).settle();
    assertThat(given("one")).contains(Role.STANDBY);
    assertThat(given("two")).contains(Role.STANDBY);
    // It was the third within a minute, so that the next one waits for a while.
    world.live(Guards.FIRST_BLOCK_MS + 2 * TERM_MS + Openings.VACANT_MS);
    answerFence();
    world.settle();
    assertThat(List.of(given("one"), given("two")))
        .containsExactlyInAnyOrder(Optional.of(Role.ACTIVE), Optional.of(Role.STANDBY));
  }

  @Test
  void whoever_learns_under_which_epoch_it_was_relieved_has_no_token() {
    world.health("one", Health.DOWN).settle();
    world.advance(TERM_MS);
    world.settle();
    answerFence();
    world.settle();

    assertThat(world.roleRecord("one").role()).isEqualTo(Role.STANDBY);
    assertThat(world.roleRecord("two").epoch().newerThan(world.roleRecord("one").epoch())).isTrue();
    assertThat(((Effect.RaiseFence) world.calls.getLast()).token())
        .isEqualTo(world.roleRecord("two").epoch().value());
  }

  @Test
  void a_hook_that_fails_when_nobody_is_active_is_not_run_again_at_once() {
    World vacant = new World();
    vacant.policy =
        new Policy(
            Optional.empty(),
            0,
            true,
            Optional.empty(),
            List.of(
                new HookRef(
                    HookPoint.BEFORE, new DriverRef("exec", Map.of("command", "check")), 5_000)));
    vacant.instance("one", Role.ACTIVE, Health.UP).settle();
    vacant.live(Openings.VACANT_MS + 1_000);
    vacant.refuse(((Effect.Hook) vacant.calls.getLast()).ask());
    vacant.live(Openings.VETO_MS - 5_000);

    assertThat(vacant.calls).hasSize(1);
    assertThat(vacant.incidentIds).hasSize(1);
  }
}
