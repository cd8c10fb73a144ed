package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Mismatch;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.Written;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final StorageOp ADD = Rig.put("k", "v", Expect.ANY, Life.FOREVER);

  private final Rig rig = new Rig();

  @Test
  void a_change_that_comes_twice_is_made_once_and_answered_the_same() {
    Result first = rig.apply("c", 1, 1, ADD);
    Result again = rig.apply("c", 1, 1, ADD);

    assertThat(again).isEqualTo(first);
    assertThat(rig.delta.isEmpty()).isTrue();
    assertThat(rig.machine.sums().revision()).isEqualTo(1);
  }

  @Test
  void refusals_are_remembered_too() {
    Put expecting = Rig.put("k", "v", Expect.PRESENT, Life.FOREVER);
    Result refused = rig.apply("c", 1, 1, expecting);
    Result made = rig.put("k", "v");

    assertThat(made).isInstanceOf(Written.class);
    assertThat(refused).isInstanceOf(Mismatch.class);
    assertThat(rig.apply("c", 1, 1, expecting)).isEqualTo(refused);
  }

  @Test
  void changes_of_one_client_may_come_in_any_order() {
    Result third = rig.apply("c", 3, 1, ADD);
    Result first = rig.apply("c", 1, 1, ADD);
    Result second = rig.apply("c", 2, 1, ADD);

    assertThat(List.of(third, first, second))
        .allSatisfy(r -> assertThat(r).isInstanceOf(Written.class));
    assertThat(rig.apply("c", 3, 1, ADD)).isEqualTo(third);
  }

  @Test
  void results_that_the_client_has_are_forgotten() {
    for (int i = 1; i <= 5; i++) {
      assertThat(rig.apply("c", i, i, ADD)).isInstanceOf(Written.class);
    }

    assertThat(rig.apply("c", 4, 1, ADD)).isEqualTo(new TooLate("c", 4));
    // The client, its place in the order, and one result.
    assertThat(rig.store.size(Space.SESSIONS)).isEqualTo(3);
  }

  @Test
  void a_client_has_a_bounded_window() {
    for (int i = 1; i <= Sessions.WINDOW + 5; i++) {
      assertThat(rig.apply("c", i, 1, ADD)).isInstanceOf(Written.class);
    }

    assertThat(rig.store.size(Space.SESSIONS)).isEqualTo(Sessions.WINDOW + 2);
    assertThat(rig.apply("c", 5, 1, ADD)).isEqualTo(new TooLate("c", 5));
    assertThat(rig.apply("c", 6, 1, ADD)).isInstanceOf(Written.class);
    assertThat(rig.machine.sums().revision()).isEqualTo(Sessions.WINDOW + 5);
  }

  @Test
  void a_jump_to_the_last_sequence_ends() {
    assertThat(rig.apply("c", 1, 1, ADD)).isInstanceOf(Written.class);
    assertThat(rig.apply("c", Long.MAX_VALUE, 1, ADD)).isInstanceOf(Written.class);
    assertThat(rig.apply("c", Long.MAX_VALUE, Long.MAX_VALUE, ADD)).isInstanceOf(Written.class);
    assertThat(rig.apply("c", 7, 1, ADD)).isInstanceOf(TooLate.class);
  }

  @Test
  void a_silent_client_is_forgotten_and_then_too_late() {
    assertThat(rig.apply("c", 1, 1, ADD)).isInstanceOf(Written.class);
    assertThat(rig.apply("c", 2, 2, ADD)).isInstanceOf(Written.class);
    rig.pass(Sessions.FORGET_MS + Sessions.HEARD_STEP_MS);

    assertThat(rig.machine.sums().clients()).isZero();
    assertThat(rig.store.size(Space.SESSIONS)).isZero();
    assertThat(rig.apply("c", 2, 2, ADD)).isEqualTo(new TooLate("c", 2));
  }

  @Test
  void a_client_that_is_heard_of_is_remembered() {
    assertThat(rig.apply("c", 1, 1, ADD)).isInstanceOf(Written.class);
    for (int i = 0; i < 30; i++) {
      rig.pass(Sessions.FORGET_MS / 2);
      assertThat(rig.apply("c", 1, 1, ADD)).isInstanceOf(Written.class);
    }

    assertThat(rig.machine.sums().revision()).isEqualTo(1);
    assertThat(rig.machine.sums().clients()).isEqualTo(1);
  }

  @Test
  void a_clock_that_steps_back_ages_nothing() {
    assertThat(rig.apply("c", 1, 1, ADD)).isInstanceOf(Written.class);
    rig.stampMs = -5;
    assertThat(rig.apply("d", 1, 1, ADD)).isInstanceOf(Written.class);

    assertThat(rig.machine.sums().stampMs()).isEqualTo(Counters.STEP_MS);
    assertThat(rig.machine.sums().clients()).isEqualTo(2);
  }

  @Test
  void a_leader_whose_clock_is_far_ahead_makes_nobody_forgotten() {
    Result first = rig.apply("c", 1, 1, ADD);
    rig.stampMs += 11 * 60_000;
    for (int i = 0; i < 100; i++) {
      rig.stampMs++;
      assertThat(rig.put("other", "v")).isInstanceOf(Written.class);
    }

    assertThat(rig.apply("c", 1, 1, ADD)).isEqualTo(first);
    assertThat(rig.machine.sums().stampMs()).isEqualTo(2 * Counters.STEP_MS + 99);
  }

  @Test
  void stamps_at_both_ends_of_what_there_is_move_the_time_by_a_step() {
    for (long stampMs : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -1, 0, Long.MAX_VALUE}) {
      long before = rig.machine.sums().stampMs();
      rig.stampMs = stampMs;
      assertThat(rig.put("k", "v")).isInstanceOf(Written.class);
      assertThat(rig.machine.sums().stampMs()).isBetween(before, before + Counters.STEP_MS);
    }
  }

  @Test
  void one_entry_forgets_no_more_than_a_bounded_number_of_results() {
    int clients = 12;
    for (int c = 0; c < clients; c++) {
      for (int i = 1; i <= Sessions.WINDOW; i++) {
        assertThat(rig.apply("c" + c, i, 1, ADD)).isInstanceOf(Written.class);
      }
    }
    rig.pass(Sessions.FORGET_MS + Sessions.HEARD_STEP_MS);
    int left = clients - Sessions.RESULTS / Sessions.WINDOW;
    assertThat(rig.machine.sums().clients()).isEqualTo(left);

    rig.pass(2);
    assertThat(rig.machine.sums().clients()).isEqualTo(left - Sessions.RESULTS / Sessions.WINDOW);
    rig.pass(Counters.STEP_MS);
    assertThat(rig.store.size(Space.SESSIONS)).isZero();
  }

  @Test
  void the_longest_silent_clients_make_room_for_new_ones() {
    RaiseFence cheap = new RaiseFence(new Fence("r", 1));
    for (int i = 0; i < Sessions.CLIENTS; i++) {
      rig.stampMs++;
      assertThat(rig.apply("c" + i, 1, 1, cheap)).isInstanceOf(Written.class);
    }
    Result one = rig.apply("one more", 1, 1, cheap);

    assertThat(one).isInstanceOf(Written.class);
    assertThat(rig.machine.sums().clients()).isEqualTo(Sessions.CLIENTS - Sessions.MAKE_ROOM + 1);
    assertThat(rig.store.get(Space.SESSIONS, Layout.client("c0"))).isNull();
    assertThat(rig.store.get(Space.SESSIONS, Layout.client("c" + Sessions.MAKE_ROOM))).isNotNull();
  }

  @Test
  void every_kind_of_result_survives_being_stored() {
    KeyMeta meta = new KeyMeta(1, 2, 3, 4, new Life(5, "lock", 6));
    List<Result> results =
        List.of(
            new Written(1, Optional.of(meta), true),
            new Written(1, Optional.empty(), false),
            new Mismatch(2, Optional.of(meta)),
            new Fenced("r", 1, 2),
            new TxnDone(3, true, List.of(Optional.of(meta), Optional.empty())),
            new LeaseState("l", "h", 1, 2),
            new LeaseHeld("l", "h", 1, 2),
            new LeaseGone("l"),
            new TooLate("c", 1));

    assertThat(results)
        .allSatisfy(r -> assertThat(ResultBytes.parse(ResultBytes.of(r))).isEqualTo(r));
  }

  @Test
  void values_are_not_part_of_what_is_remembered() {
    Put large = new Put("k", Blob.wrap(new byte[100_000]), Expect.ANY, Life.FOREVER, List.of());

    assertThat(ResultBytes.of(rig.apply("c", 1, 1, large)).length).isLessThan(100);
  }
}
