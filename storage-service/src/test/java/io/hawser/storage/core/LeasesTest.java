package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.core.Delta.LeaseChange;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.storage.core.Reads.Grant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final Acquire ANN = new Acquire("lock", "ann", 3_000);
  private static final Acquire BOB = new Acquire("lock", "bob", 2_000);

  private final Rig rig = new Rig();

  @Test
  void a_free_lease_is_taken_under_the_revision_of_its_taking() {
    Result before = rig.put("k", "v");

    assertThat(before).isInstanceOf(Written.class);
    assertThat(rig.apply(ANN)).isEqualTo(new LeaseState("lock", "ann", 2, 3_000));
    assertThat(Reads.lease(rig.store, "lock")).contains(new LeaseState("lock", "ann", 2, 3_000));
  }

  @Test
  void its_holder_takes_it_again_under_the_same_epoch_and_the_new_time() {
    Result first = rig.apply(ANN);
    Result again = rig.apply(new Acquire("lock", "ann", 9_000));

    assertThat(first).isEqualTo(new LeaseState("lock", "ann", 1, 3_000));
    assertThat(again).isEqualTo(new LeaseState("lock", "ann", 1, 9_000));
    assertThat(rig.delta.leases())
        .containsExactly(new LeaseChange("lock", 1, 2, Optional.of((LeaseState) again)));
    assertThat(rig.machine.sums().revision()).isEqualTo(1);
  }

  @Test
  void nobody_else_takes_or_gives_back_a_lease_that_is_held() {
    Result first = rig.apply(ANN);
    LeaseHeld held = new LeaseHeld("lock", "ann", 1, 3_000);

    assertThat(first).isInstanceOf(LeaseState.class);
    assertThat(rig.apply(BOB)).isEqualTo(held);
    assertThat(rig.apply(new Release("lock", "bob", 1))).isEqualTo(held);
    assertThat(rig.apply(new Release("lock", "ann", 2))).isEqualTo(held);
    assertThat(rig.apply(new Expire("lock", 2))).isEqualTo(held);
  }

  @Test
  void a_lease_that_nobody_holds_is_gone() {
    assertThat(rig.apply(new Release("lock", "ann", 1))).isEqualTo(new LeaseGone("lock"));
    assertThat(rig.apply(new Expire("lock", 1))).isEqualTo(new LeaseGone("lock"));
  }

  @Test
  void the_next_epoch_is_higher_even_for_the_same_holder() {
    LeaseState first = (LeaseState) rig.apply(ANN);
    Result released = rig.apply(new Release("lock", "ann", first.epoch()));
    LeaseState second = (LeaseState) rig.apply(ANN);
    Result expired = rig.apply(new Expire("lock", second.epoch()));
    LeaseState third = (LeaseState) rig.apply(BOB);

    assertThat(List.of(released, expired))
        .allSatisfy(r -> assertThat(r).isInstanceOf(Written.class));
    assertThat(List.of(first.epoch(), second.epoch(), third.epoch()))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void a_late_expiry_of_an_earlier_epoch_leaves_the_lease_alone() {
    LeaseState first = (LeaseState) rig.apply(ANN);
    Result released = rig.apply(new Release("lock", "ann", first.epoch()));
    LeaseState second = (LeaseState) rig.apply(BOB);

    assertThat(released).isInstanceOf(Written.class);
    assertThat(rig.apply(new Expire("lock", first.epoch()))).isInstanceOf(LeaseHeld.class);
    assertThat(Reads.lease(rig.store, "lock")).contains(second);
  }

  @Test
  void an_expiry_that_was_meant_before_the_holder_took_it_again_leaves_the_lease_alone() {
    long epoch = ((LeaseState) rig.apply(ANN)).epoch();
    Grant first = Reads.grants(rig.store).getFirst();
    Result again = rig.apply(ANN);
    Grant second = Reads.grants(rig.store).getFirst();

    assertThat(again).isEqualTo(first.state()).isEqualTo(second.state());
    assertThat(rig.apply(new Expire("lock", epoch, first.granted()))).isInstanceOf(LeaseHeld.class);
    assertThat(rig.apply(new Expire("lock", epoch, second.granted()))).isInstanceOf(Written.class);
    assertThat(rig.delta.leases())
        .containsExactly(new LeaseChange("lock", epoch, second.granted(), Optional.empty()));
    assertThat(Reads.grants(rig.store)).isEmpty();
  }

  @Test
  void an_expiry_that_names_no_grant_ends_whichever_there_is() {
    List<Result> taken = List.of(rig.apply(ANN), rig.apply(ANN), rig.apply(ANN));

    assertThat(taken).doesNotContainNull();
    assertThat(rig.apply(new Expire("lock", 1))).isInstanceOf(Written.class);
  }

  @Test
  void keys_go_with_the_lease_that_they_live_with_in_the_same_entry() {
    long epoch = ((LeaseState) rig.apply(ANN)).epoch();
    attach("a", epoch);
    attach("b", epoch);
    Result other = rig.put("c", "1");
    Result detached = rig.put("b", "2");

    assertThat(List.of(other, detached)).doesNotContainNull();
    assertThat(Reads.attachedLeases(rig.store, "", 1_000))
        .containsExactly(new AttachedLease("lock", 1));
    assertThat(rig.apply(new Expire("lock", epoch))).isInstanceOf(Written.class);
    assertThat(rig.keys()).containsExactly("b", "c");
    assertThat(rig.delta.keys()).hasSize(1);
    assertThat(Reads.attachedLeases(rig.store, "", 1_000)).isEmpty();
  }

  @Test
  void a_key_is_not_written_with_a_lease_that_is_not_held_under_this_epoch() {
    assertThat(rig.apply(Rig.put("a", "1", Expect.ANY, new Life(0, "lock", 1))))
        .isEqualTo(new LeaseGone("lock"));
    Result taken = rig.apply(ANN);
    assertThat(taken).isInstanceOf(LeaseState.class);
    assertThat(rig.apply(Rig.put("a", "1", Expect.ANY, new Life(0, "lock", 9))))
        .isInstanceOf(LeaseHeld.class);
    TxnWrite good = new TxnWrite("b", Optional.of(Blob.EMPTY), Life.FOREVER);
    TxnWrite bad = new TxnWrite("a", Optional.of(Blob.EMPTY), new Life(0, "lock", 9));
    assertThat(rig.apply(new Txn(List.of(), List.of(good, bad), List.of(), List.of())))
        .isInstanceOf(LeaseHeld.class);
    assertThat(rig.keys()).isEmpty();
  }

  @Test
  void a_data_group_deletes_the_keys_of_an_epoch_that_is_over_and_of_earlier_ones() {
    Rig data = Rig.data();
    for (long epoch = 1; epoch <= 3; epoch++) {
      Life life = new Life(0, "lock", epoch);
      Result written = data.apply(Rig.put("k" + epoch, "1", Expect.ANY, life));
      assertThat(written).isInstanceOf(Written.class);
    }
    Result other = data.apply(Rig.put("x", "1", Expect.ANY, new Life(0, "locker", 1)));

    assertThat(other).isInstanceOf(Written.class);
    assertThat(data.apply(new LeaseEnded("lock", 2)))
        .isEqualTo(new Written(5, Optional.empty(), true));
    assertThat(data.keys()).containsExactly("k3", "x");
    assertThat(data.apply(new LeaseEnded("lock", 2)))
        .isEqualTo(new Written(5, Optional.empty(), false));
    assertThat(Reads.attachedLeases(data.store, "", 1_000))
        .containsExactly(new AttachedLease("lock", 3), new AttachedLease("locker", 1));
  }

  @Test
  void keys_of_a_lease_that_is_held_are_not_deleted_as_if_it_were_over() {
    long epoch = ((LeaseState) rig.apply(ANN)).epoch();
    attach("a", epoch);

    assertThat(rig.apply(new LeaseEnded("lock", epoch))).isInstanceOf(LeaseHeld.class);
    assertThat(rig.keys()).containsExactly("a");
  }

  @Test
  void one_entry_deletes_no_more_than_a_bounded_number_of_keys() {
    Rig data = Rig.data();
    int keys = Leases.KEYS_AT_ONCE + 10;
    for (int i = 0; i < keys; i++) {
      Result written = data.apply(Rig.put("k" + i, "", Expect.ANY, new Life(0, "lock", 1)));
      assertThat(written).isInstanceOf(Written.class);
    }

    assertThat(data.apply(new LeaseEnded("lock", 1))).isInstanceOf(Written.class);
    assertThat(data.keys()).hasSize(10);
    assertThat(Reads.attachedLeases(data.store, "", 1_000)).hasSize(1);
    assertThat(data.apply(new LeaseEnded("lock", 1))).isInstanceOf(Written.class);
    assertThat(data.keys()).isEmpty();
  }

  private void attach(String key, long epoch) {
    Result written = rig.apply(Rig.put(key, "1", Expect.ANY, new Life(0, "lock", epoch)));
    assertThat(written).isInstanceOf(Written.class);
  }
}
