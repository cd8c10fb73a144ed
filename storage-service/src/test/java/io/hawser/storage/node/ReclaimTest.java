package io.hawser.storage.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.storage.group.Shrinking;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReclaimTest {
  private static final long STEP_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long MIB = 1L << 20;

  private final List<String> asked = new ArrayList<>();
  private final List<Long> spare = new ArrayList<>();
  private final Replica meta = new Replica("meta");
  private final Replica data = new Replica("data-0");
  private final Reclaim reclaim = new Reclaim(() -> List.of(meta, data));
  private Future<Void> answer = Future.succeededFuture();

  private final class Replica implements Shrinking {
    private final String group;
    private long applied = 1;

    Replica(String group) {
      this.group = group;
    }

    @Override
    public String group() {
      return group;
    }

    @Override
    public long applied() {
      return applied;
    }

    @Override
    public Future<Void> giveRoom(long spareBytes) {
      asked.add(group);
      spare.add(spareBytes);
      return answer;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5})
  void a_full_disk_has_each_replica_give_room_whenever_it_has_changed(long startNs) {
    for (int i = 0; i < 4; i++) {
      reclaim.look(true, 100 * MIB, startNs + i * STEP_NS);
    }
    assertThat(asked).containsExactly("meta", "data-0");
    assertThat(spare).containsOnly(50 * MIB);

    data.applied++;
    reclaim.look(true, 10_000 * MIB, startNs + 4 * STEP_NS);
    reclaim.look(true, 10_000 * MIB, startNs + 5 * STEP_NS);
    assertThat(asked).containsExactly("meta", "data-0", "data-0");
    assertThat(spare).endsWith(256 * MIB);
  }

  @Test
  void replicas_take_turns_when_all_change() {
    for (int i = 0; i < 4; i++) {
      meta.applied++;
      data.applied++;
      reclaim.look(true, MIB, i * STEP_NS);
      reclaim.look(true, MIB, i * STEP_NS + 1);
    }
    assertThat(asked).containsExactly("meta", "data-0", "meta", "data-0");
  }

  @Test
  void one_at_a_time_gives_room_and_none_when_there_is_enough() {
    Promise<Void> first = Promise.promise();
    answer = first.future();
    reclaim.look(false, MIB, 0);
    assertThat(asked).isEmpty();
    reclaim.look(true, MIB, STEP_NS);
    reclaim.look(true, MIB, 2 * STEP_NS);
    assertThat(asked).hasSize(1);

    first.fail("no");
    reclaim.look(true, MIB, 3 * STEP_NS);
    assertThat(asked).hasSize(2);
    reclaim.look(false, MIB, 4 * STEP_NS);
    reclaim.look(true, MIB, 5 * STEP_NS);
    assertThat(asked).as("full again: all are asked anew").hasSize(3);
  }
}
