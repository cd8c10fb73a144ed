package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PoolsTest {
  private static Pool pool(String service, int version) {
    return Pool.of(service, "c", List.of(), version + " instances", version % 3 == 0);
  }

  @Test
  void any_history_of_changes_leaves_what_a_map_has_and_no_copy_changes_another() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Pools pools = Pools.NONE;
      Map<String, Pool> expected = new HashMap<>();
      for (int step = 0; step < 300; step++) {
        Pools before = pools;
        Map<String, Pool> expectedBefore = Map.copyOf(expected);
        Map<String, Optional<Pool>> changes = new HashMap<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
          String service = "s-" + random.nextInt(3_000);
          if (random.nextInt(4) == 0) {
            changes.put(service, Optional.empty());
            expected.remove(service);
          } else {
            Pool next = pool(service, step);
            changes.put(service, Optional.of(next));
            expected.put(service, next);
          }
        }
        pools = pools.with(changes);

        assertThat(pools.size()).as("seed %d step %d", seed, step).isEqualTo(expected.size());
        assertThat(pools.exclusive())
            .as("seed %d step %d", seed, step)
            .isEqualTo((int) expected.values().stream().filter(Pool::exclusive).count());
        assertThat(pools.equals(expected)).as("seed %d step %d", seed, step).isTrue();
        assertThat(before.equals(expectedBefore)).as("seed %d step %d", seed, step).isTrue();
      }
    }
  }
}
