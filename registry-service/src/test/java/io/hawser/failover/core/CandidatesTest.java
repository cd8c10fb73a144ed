package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidatesTest {
  private final World world = new World();

  private List<String> pool(String... tried) {
    return Candidates.of(world.snapshot(), "one", List.of(tried), world.wallMs);
  }

  @Test
  void what_runs_comes_first_hot_before_warm_then_priority_then_another_zone_then_the_id() {
    world.instance("one", Role.ACTIVE, Health.DOWN, "a");
    world.backup("cold-0", BackupMode.COLD, 0, "b");
    world.backup("warm-2", BackupMode.WARM, 2, "b");
    world.backup("hot", BackupMode.HOT, 3, "a");
    world.backup("warm-1-same", BackupMode.WARM, 1, "a");
    world.backup("warm-1-other", BackupMode.WARM, 1, "b");
    world.instance("standby", Role.STANDBY, Health.UP, "b");

    assertThat(pool())
        .containsExactly("hot", "warm-1-other", "warm-1-same", "warm-2", "standby", "cold-0");
  }

  @Test
  void a_cold_backup_that_runs_already_counts_as_running() {
    world.instance("one", Role.ACTIVE, Health.DOWN);
    world.backup("a-cold", BackupMode.COLD, 1, "b");
    world
        .backup("z-cold", BackupMode.COLD, 1, "b")
        .instance("z-cold", Role.STANDBY, Health.UP, "b");

    assertThat(pool()).containsExactly("z-cold", "a-cold");
  }

  @Test
  void who_is_active_down_in_maintenance_or_tried_is_no_candidate() {
    world.instance("one", Role.ACTIVE, Health.DOWN);
    world.backup("active", BackupMode.WARM, 1, "a").instance("active", Role.ACTIVE, Health.UP);
    world.backup("down", BackupMode.WARM, 1, "a").instance("down", Role.STANDBY, Health.DOWN);
    world
        .backup("returning", BackupMode.WARM, 1, "a")
        .instance("returning", Role.STANDBY, Health.RECOVERING);
    world.backup("kept", BackupMode.WARM, 1, "a").instance("kept", Role.STANDBY, Health.UP);
    world.maintenance("kept", 60_000);
    world.backup("tried", BackupMode.WARM, 1, "a");
    world.instance("starting", Role.STANDBY, Health.STARTING);
    world.backup("one", BackupMode.WARM, 1, "a");

    assertThat(pool("tried")).isEmpty();
  }

  @Test
  void another_version_is_taken_only_when_nobody_else_serves() {
    world.version("one", "2").version("older", "1").version("same", "2");
    world.instance("one", Role.ACTIVE, Health.DOWN);
    world.instance("older", Role.STANDBY, Health.UP);
    world.instance("silent", Role.STANDBY, Health.UP);
    assertThat(pool()).containsExactly("silent", "older");
    world.instance("same", Role.STANDBY, Health.UP);
    assertThat(pool()).containsExactly("same", "silent", "older");

    world.instance("another", Role.ACTIVE, Health.UP);
    assertThat(pool()).containsExactly("same", "silent");
    assertThat(Candidates.all(world.snapshot(), "one", List.of(), false, world.wallMs))
        .filteredOn(c -> c.id().equals("older"))
        .extracting(c -> c.whyNot().orElse(""))
        .containsExactly("is version 1, and not 2");
  }
}
