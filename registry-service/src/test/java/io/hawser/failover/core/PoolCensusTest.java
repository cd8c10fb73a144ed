package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.core.PoolCensus.Standing;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Role;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolCensusTest {
  private final World world = new World();

  private int count(BackupMode mode, Standing standing) {
    return PoolCensus.of(world.snapshot(), world.wallMs).count(mode, standing);
  }

  @Test
  void each_of_the_pool_is_counted_once_by_what_it_takes_to_have_it_serve() {
    world.instance("one", Role.ACTIVE, Health.UP);
    world.backup("cold", BackupMode.COLD, 1, "a");
    world.backup("hot", BackupMode.HOT, 1, "a").instance("hot", Role.STANDBY, Health.UP);
    world.instance("standby", Role.STANDBY, Health.UP);
    world.instance("ill", Role.STANDBY, Health.DOWN);
    world.policy = new Policy(Optional.empty(), 2);

    PoolCensus census = PoolCensus.of(world.snapshot(), world.wallMs);
    assertThat(census.minimum()).isEqualTo(2);
    assertThat(census.counts().values().stream().mapToInt(n -> n).sum()).isEqualTo(4);
    assertThat(census.count(BackupMode.COLD, Standing.READY)).isEqualTo(1);
    assertThat(census.count(BackupMode.HOT, Standing.READY)).isEqualTo(1);
    assertThat(census.count(BackupMode.WARM, Standing.READY)).isEqualTo(1);
    assertThat(census.count(BackupMode.COLD, Standing.UNREADY)).isEqualTo(1);
  }

  @Test
  void a_candidate_is_reserved_from_the_plan_until_it_is_active() {
    world.instance("one", Role.ACTIVE, Health.DOWN);
    world.instance("two", Role.STANDBY, Health.UP);
    assertThat(count(BackupMode.WARM, Standing.READY)).isEqualTo(1);
    while (world.snapshot().incidents().isEmpty() || world.incident().phase() != Phase.PLANNED) {
      assertThat(world.step()).isTrue();
    }
    assertThat(count(BackupMode.WARM, Standing.RESERVED)).isEqualTo(1);
    assertThat(count(BackupMode.WARM, Standing.READY)).isZero();

    world.settle();
    assertThat(world.role("two")).isEqualTo(Role.ACTIVE);
    assertThat(count(BackupMode.WARM, Standing.RESERVED)).isZero();
  }

  @Test
  void one_that_could_not_be_brought_back_is_in_quarantine_until_it_passes_by_itself() {
    world.recoveryDriver();
    world.instance("one", Role.ACTIVE, Health.DOWN);
    world.instance("two", Role.STANDBY, Health.UP);
    world.settle();
    while (world.incident().recovery() != Recovery.GIVEN_UP) {
      world.refuse(((Effect.Drive) world.calls.getLast()).ask());
      world.settle();
      world.advance(20_000);
      world.settle();
    }
    assertThat(count(BackupMode.COLD, Standing.QUARANTINED)).isEqualTo(1);
    assertThat(count(BackupMode.COLD, Standing.UNREADY)).isZero();

    world.health("one", Health.UP);
    assertThat(count(BackupMode.COLD, Standing.QUARANTINED)).isZero();
  }
}
