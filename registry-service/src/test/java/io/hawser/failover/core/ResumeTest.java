package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manager dies after each of its writes; the next one goes on from the record. */
class ResumeTest {
  private final World world = new World();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void a_second_manager_goes_on_from_every_phase_and_activates_once(int writesBefore) {
    world
        .recoveryDriver()
        .instance("one", Role.ACTIVE, Health.DOWN)
        .backup("cold", BackupMode.COLD, 1, "a");
    for (int i = 0; i < writesBefore; i++) {
      world.step();
    }
    world.nextManager();
    world.settle();
    assertThat(world.incident().phase()).isEqualTo(Phase.ACTIVATING);
    world.instance("cold", Role.ACTIVE, Health.UP);
    world.nextManager();
    world.settle();
    world.health("one", Health.UP);
    world.nextManager();
    world.settle();

    assertThat(world.incidentIds).hasSize(1);
    assertThat(world.incident().phase()).isEqualTo(Phase.CLOSED);
    assertThat(world.activations.values()).containsExactly(1);
    assertThat(world.role("one")).isEqualTo(Role.STANDBY);
    assertThat(world.steps()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void two_managers_that_see_the_same_decide_the_same(int writesBefore) {
    world.instance("one", Role.ACTIVE, Health.DOWN).instance("two", Role.STANDBY, Health.UP);
    for (int i = 0; i < writesBefore; i++) {
      world.step();
    }
    ServiceFailover other = new ServiceFailover(World.LIMITS);

    assertThat(other.decide(world.snapshot(), Surroundings.calm(1), 5, world.wallMs))
        .isEqualTo(world.decide());
  }
}
