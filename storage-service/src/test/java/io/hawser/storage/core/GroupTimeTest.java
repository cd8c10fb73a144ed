package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.group.core.Intake;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The group's time, as leaders stamp it that follow one another. */
class GroupTimeTest {
  private static final StorageOp ADD = Rig.put("k", "v", Expect.ANY, Life.FOREVER);

  private final Rig rig = new Rig();
  private final Intake<Integer> one = new Intake<>(100, 1 << 20);
  private final Intake<Integer> other = new Intake<>(100, 1 << 20);
  private long nowNs;

  /** As a host does when it begins to lead. */
  private void leads(Intake<Integer> intake) {
    assertThat(intake.begin(rig.machine.sums().stampMs(), nowNs)).isEmpty();
  }

  private Result write(Intake<Integer> by, Mutation mutation) {
    assertThat(by.add(mutation, 1, nowNs)).isTrue();
    Intake.Batch<Integer> batch = by.batch(nowNs);
    by.decided(batch);
    return rig.entry(batch.entry()).getFirst();
  }

  private Result write(Intake<Integer> by) {
    return write(by, new Mutation("", 0, 0, ADD));
  }

  /**
   * One led an idle group for an hour, so that its own stamps are far ahead of the group's time.
   */
  @Test
  void leaders_that_take_turns_do_not_make_the_groups_time_run() {
    leads(one);
    assertThat(write(one)).isNotNull();
    nowNs += TimeUnit.HOURS.toNanos(1);
    assertThat(write(one)).isNotNull();
    leads(other);
    Mutation once = new Mutation("once.x", 1, 1, ADD);
    Result first = write(other, once);

    for (int i = 0; i < 12; i++) {
      nowNs += TimeUnit.SECONDS.toNanos(1);
      leads(one);
      assertThat(write(one)).isNotNull();
      leads(other);
      assertThat(write(other)).isNotNull();
    }

    assertThat(write(other, once)).isEqualTo(first);
  }
}
