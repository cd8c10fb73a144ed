package io.hawser.storage.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiskRoomTest {
  private static final long MB = 1L << 20;
  private static final long LARGE = 100_000 * MB;
  private final DiskRoom room = new DiskRoom(90);

  @Test
  void from_the_high_mark_on_it_is_full_until_it_is_below_the_low_one() {
    assertThat(room.look(899 * MB, 101 * MB, LARGE)).isFalse();
    assertThat(room.look(900 * MB, 100 * MB, LARGE)).isTrue();
    assertThat(room.look(880 * MB, 120 * MB, LARGE)).isTrue();
    assertThat(room.look(860 * MB, 140 * MB, LARGE)).isFalse();
  }

  @Test
  void what_others_take_of_the_disk_counts_too() {
    assertThat(room.look(100 * MB, 65 * MB, LARGE)).isFalse();
    assertThat(room.look(100 * MB, 63 * MB, LARGE)).isTrue();
    assertThat(room.look(100 * MB, 70 * MB, LARGE)).isTrue();
    assertThat(room.look(100 * MB, 90 * MB, LARGE)).isFalse();
  }

  @Test
  void a_small_disk_is_not_full_from_the_start() {
    assertThat(room.look(MB, 63 * MB, 64 * MB)).isFalse();
    assertThat(room.look(58 * MB, 6 * MB, 64 * MB)).isTrue();
  }

  @Test
  void what_the_store_does_not_need_leaves_it_its_reserve() {
    assertThat(DiskRoom.spares(10 * MB, 75 * MB, 100_000 * MB)).isTrue();
    assertThat(DiskRoom.spares(11 * MB, 75 * MB, 100_000 * MB)).isFalse();
    assertThat(DiskRoom.spares(4 * MB, 10 * MB, 100 * MB)).isTrue();
    assertThat(DiskRoom.spares(5 * MB, 10 * MB, 100 * MB)).isFalse();
  }
}
