package io.hawser.storage.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.WireFormat;
import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.storage.group.core.Intake.Batch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static Mutation put(int bytes) {
    return new Mutation(
        "c", 1, 1, new Put("k", Blob.wrap(new byte[bytes]), Expect.ANY, Life.FOREVER, List.of()));
  }

  @Test
  void changes_that_come_together_are_one_entry_in_their_order() {
    Intake<Integer> intake = new Intake<>(1_000, 1 << 20);
    for (int i = 0; i < 130; i++) {
      assertThat(intake.add(put(1), i, 0)).isTrue();
    }

    Batch<Integer> first = intake.batch(5);
    Batch<Integer> second = intake.batch(5);

    assertThat(first.waiting()).hasSize(128).startsWith(0, 1, 2);
    assertThat(second.waiting()).containsExactly(128, 129);
    assertThat(intake.queued()).isFalse();
  }

  @Test
  void an_entry_writes_no_more_keys_than_the_history_is_cut_by() {
    Intake<Integer> intake = new Intake<>(1_000, 1 << 24);
    for (int i = 0; i < 20; i++) {
      assertThat(intake.add(txn(i % 2 == 0 ? 128 : 0, i % 2 == 0 ? 0 : 128), i, 0)).isTrue();
    }
    Mutation ended = new Mutation("", 0, 0, new LeaseEnded("l", 1));
    assertThat(intake.add(ended, 20, 0)).isTrue();
    assertThat(intake.add(ended, 21, 0)).isTrue();

    assertThat(intake.batch(0).waiting()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(intake.batch(0).waiting()).containsExactly(7, 8, 9, 10, 11, 12, 13);
    assertThat(intake.batch(0).waiting()).containsExactly(14, 15, 16, 17, 18, 19);
    assertThat(intake.batch(0).waiting()).containsExactly(20);
    assertThat(intake.batch(0).waiting()).containsExactly(21);
    assertThat(intake.queued()).isFalse();
  }

  private static Mutation txn(int then, int otherwise) {
    Txn txn = new Txn(List.of(), writes(then), writes(otherwise), List.of());
    return new Mutation("", 0, 0, txn);
  }

  private static List<TxnWrite> writes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new TxnWrite("k" + i, Optional.of(Blob.EMPTY), Life.FOREVER))
        .toList();
  }

  @Test
  void stamps_go_on_from_the_last_leaders_at_the_pace_of_the_monotonic_clock() {
    for (long startNs : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5}) {
      Intake<Integer> intake = new Intake<>(10, 1 << 20);
      assertThat(intake.begin(100, startNs)).isEmpty();
      assertThat(intake.add(put(1), 1, startNs)).isTrue();
      assertThat(intake.batch(startNs).entry().stampMs()).isEqualTo(100);
      assertThat(intake.add(put(1), 2, startNs)).isTrue();
      assertThat(intake.batch(startNs + 7_000_000).entry().stampMs()).isEqualTo(107);

      assertThat(intake.begin(90, startNs + 8_000_000)).isEmpty();
      assertThat(intake.add(put(1), 3, startNs)).isTrue();
      assertThat(intake.batch(startNs + 9_000_000).entry().stampMs()).isEqualTo(91);
    }
  }

  @Test
  void what_was_taken_in_an_earlier_term_is_given_back_undone() {
    Intake<Integer> intake = new Intake<>(2, 1 << 20);
    assertThat(intake.begin(0, 0)).isEmpty();
    assertThat(intake.add(put(1), 1, 5)).isTrue();
    assertThat(intake.add(put(1), 2, 10)).isTrue();

    assertThat(intake.begin(0, 10)).containsExactly(1, 2);
    assertThat(intake.queued()).isFalse();
    assertThat(intake.changes()).isZero();
  }

  @Test
  void what_is_not_decided_counts_until_it_is() {
    Intake<Integer> intake = new Intake<>(2, 1 << 20);
    assertThat(intake.add(put(1), 1, 0)).isTrue();
    assertThat(intake.add(put(1), 2, 0)).isTrue();
    assertThat(intake.add(put(1), 3, 0)).isFalse();
    Batch<Integer> batch = intake.batch(0);
    assertThat(intake.add(put(1), 3, 0)).isFalse();

    intake.decided(batch);

    assertThat(intake.add(put(1), 3, 0)).isTrue();
    assertThat(intake.changes()).isEqualTo(1);
  }

  @Test
  void a_queue_of_large_values_is_full_by_its_bytes() {
    Intake<Integer> intake = new Intake<>(100, 3_000);

    assertThat(intake.add(put(1_400), 1, 0)).isTrue();
    assertThat(intake.add(put(1_400), 2, 0)).isTrue();
    assertThat(intake.add(put(1_400), 3, 0)).isFalse();
    intake.decided(intake.batch(0));
    assertThat(intake.bytes()).isZero();
  }

  @Test
  void what_was_queued_too_long_is_given_back_undone() {
    Intake<Integer> intake = new Intake<>(100, 1 << 20);
    assertThat(intake.add(put(1), 1, 0)).isTrue();
    assertThat(intake.add(put(1), 2, 50)).isTrue();

    assertThat(intake.overdue(100, 100)).containsExactly(1);
    assertThat(intake.batch(0).waiting()).containsExactly(2);
  }

  @Test
  void only_what_puts_something_grows() {
    TxnWrite write = new TxnWrite("a", Optional.of(Blob.utf8("x")), Life.FOREVER);
    TxnWrite delete = new TxnWrite("a", Optional.empty(), Life.FOREVER);

    assertThat(Intake.grows(put(1).op(), key -> false)).isTrue();
    assertThat(Intake.grows(new Delete("a", Expect.ANY, List.of()), key -> false)).isFalse();
    assertThat(
            Intake.grows(new Txn(List.of(), List.of(delete), List.of(), List.of()), key -> false))
        .isFalse();
    assertThat(Intake.grows(new Txn(List.of(), List.of(), List.of(write), List.of()), key -> false))
        .isTrue();
    assertThat(Intake.touches(new Txn(List.of(), List.of(delete), List.of(write), List.of()), "a"))
        .isTrue();
  }

  @Test
  void what_is_spared_does_not_count_but_what_goes_with_it_does() {
    TxnWrite role = new TxnWrite("role", Optional.of(Blob.utf8("x")), Life.FOREVER);
    TxnWrite other = new TxnWrite("other", Optional.of(Blob.utf8("x")), Life.FOREVER);
    Txn alone = new Txn(List.of(), List.of(role), List.of(), List.of());
    Txn both = new Txn(List.of(), List.of(role, other), List.of(), List.of());

    assertThat(Intake.grows(alone, "role"::equals)).isFalse();
    assertThat(Intake.grows(both, "role"::equals)).isTrue();
    assertThat(Intake.grows(put(1).op(), key -> true)).isFalse();
  }

  /** Transactions that look at much and write nothing. */
  @Test
  void an_entry_is_never_larger_than_the_log_takes() {
    Intake<Integer> intake = new Intake<>(4_096, 16L << 20);
    List<Compare> compares =
        IntStream.range(0, 128)
            .mapToObj(i -> new Compare("k".repeat(1_021) + (100 + i), Expect.PRESENT))
            .toList();
    Txn txn = new Txn(compares, List.of(), List.of(), List.of());
    int taken = 0;
    while (taken < 4_096 && intake.add(new Mutation("", 0, 0, txn), taken, 0)) {
      taken++;
    }

    assertThat(taken).as("128 KiB each, of 16 MiB").isLessThan(130);
    WireFormat format = new WireFormat(List.of());
    while (intake.queued()) {
      assertThat(format.encode(intake.batch(0).entry()).length()).isLessThan(8 << 20);
    }
  }

  @Test
  void all_that_a_client_has_named_counts() {
    String name = "n".repeat(500);
    List<Fence> fences = List.of(new Fence(name, 1), new Fence(name, 2));
    Life leased = new Life(0, name, 1);
    TxnWrite write = new TxnWrite(name, Optional.empty(), leased);
    List<StorageOp> ops =
        List.of(
            new Put("k", Blob.EMPTY, Expect.ANY, leased, fences),
            new Delete(name, Expect.ANY, fences),
            new Txn(List.of(), List.of(write), List.of(), List.of()),
            new Acquire(name, name, 1_000),
            new Release(name, name, 1),
            new RaiseFence(new Fence(name, 1)),
            new LeaseEnded(name, 1));
    List<Integer> names = List.of(3, 3, 2, 2, 2, 1, 1);
    for (int i = 0; i < ops.size(); i++) {
      Intake<Integer> intake = new Intake<>(10, 1 << 20);
      assertThat(intake.add(new Mutation(name, 1, 1, ops.get(i)), 1, 0)).isTrue();
      assertThat(intake.bytes())
          .as(ops.get(i).toString())
          .isBetween(500L * (1 + names.get(i)), 500L * (2 + names.get(i)));
    }
  }
}
