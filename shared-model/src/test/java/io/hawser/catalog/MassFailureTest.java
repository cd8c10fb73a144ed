package io.hawser.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.InstanceKey;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MassFailureTest {
  private final MassFailure mass = new MassFailure();

  private static InstanceKey key(int i) {
    return new InstanceKey(i % 2 == 0 ? "shop" : "cart", "i" + i);
  }

  private static long seconds(long s) {
    return TimeUnit.SECONDS.toNanos(s);
  }

  private void fall(int from, int to, long nowNs) {
    for (int i = from; i < to; i++) {
      mass.fell(key(i), nowNs);
    }
  }

  @Test
  void half_of_all_of_two_services_at_once_is_one() {
    fall(0, 4, seconds(1));
    assertThat(mass.lasts(9, seconds(1))).isFalse();
    assertThat(mass.lasts(8, seconds(1))).isTrue();
  }

  @Test
  void two_instances_or_one_service_are_none() {
    fall(0, 2, seconds(1));
    assertThat(mass.lasts(2, seconds(1))).isFalse();
    mass.fell(new InstanceKey("solo", "a"), seconds(1));
    MassFailure one = new MassFailure();
    for (int i = 0; i < 10; i++) {
      one.fell(new InstanceKey("solo", "i" + i), seconds(1));
    }
    assertThat(one.lasts(10, seconds(1))).isFalse();
  }

  @Test
  void what_falls_one_after_the_other_is_none() {
    for (int i = 0; i < 8; i++) {
      fall(i, i + 1, seconds(6L * i));
      assertThat(mass.lasts(8, seconds(6L * i))).isFalse();
    }
  }

  @Test
  void it_lasts_until_less_than_half_is_down_or_for_half_an_hour() {
    fall(0, 4, 0);
    assertThat(mass.lasts(8, 0)).isTrue();
    assertThat(mass.lasts(8, seconds(600))).isTrue();
    mass.stands(key(0));
    assertThat(mass.lasts(8, seconds(601))).isFalse();

    fall(0, 1, seconds(700));
    assertThat(mass.lasts(8, seconds(700))).isFalse();
    MassFailure lasting = new MassFailure();
    for (int i = 0; i < 4; i++) {
      lasting.fell(key(i), 0);
    }
    assertThat(lasting.lasts(4, 0)).isTrue();
    assertThat(lasting.lasts(4, seconds(1_801))).isFalse();
  }
}
