package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Leap;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.group.core.Intake;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final Rig rig = new Rig();

  @Test
  void a_watcher_sees_each_change_of_its_prefix_with_the_value_of_then() {
    List<Result> done =
        List.of(
            rig.put("a/1", "x"),
            rig.put("b", "y"),
            rig.put("a/1", "z"),
            rig.apply(Rig.delete("a/1", Expect.ANY)));
    Changes changes = Reads.changes(rig.store, "a/", 0, 10);

    assertThat(done).doesNotContainNull();
    assertThat(changes.revision()).isEqualTo(4);
    assertThat(changes.changes()).extracting(Change::revision).containsExactly(1L, 3L, 4L);
    assertThat(changes.changes())
        .extracting(c -> c.value().map(Blob::text).orElse("gone"))
        .containsExactly("x", "z", "gone");
    assertThat(Reads.changes(rig.store, "a/", 3, 10).changes()).hasSize(1);
    assertThat(Reads.changes(rig.store, "a/", 4, 10)).isEqualTo(new Changes(4, List.of(), false));
  }

  @Test
  void a_page_ends_after_a_whole_revision_and_says_how_far_it_reaches() {
    Txn txn =
        new Txn(
            List.of(),
            IntStream.range(0, 3)
                .mapToObj(i -> new TxnWrite("k" + i, Optional.of(Blob.EMPTY), Life.FOREVER))
                .toList(),
            List.of(),
            List.of());
    List<Result> done = List.of(rig.apply(txn), rig.apply(txn));
    Changes page = Reads.changes(rig.store, "", 0, 2);

    assertThat(done).doesNotContainNull();
    assertThat(page.changes()).hasSize(3);
    assertThat(page.revision()).isEqualTo(1);
    assertThat(Reads.changes(rig.store, "", page.revision(), 2).changes()).hasSize(3);
  }

  @Test
  void what_is_over_the_bound_is_compacted_and_said_to_be() {
    int puts = History.CHANGES + History.SLACK_CHANGES + 1;
    for (int i = 0; i < puts; i++) {
      assertThat(rig.put("k", "v")).isInstanceOf(Written.class);
    }

    long kept = rig.machine.sums().historyCount();
    assertThat(kept).isEqualTo(History.CHANGES);
    assertThat(rig.store.size(Space.HISTORY)).isEqualTo(History.CHANGES);
    long lost = puts - kept;
    assertThat(Reads.changes(rig.store, "k", lost - 1, 1).compacted()).isTrue();
    Changes first = Reads.changes(rig.store, "k", lost, 1);
    assertThat(first.compacted()).isFalse();
    assertThat(first.changes().getFirst().revision()).isEqualTo(lost + 1);
  }

  @Test
  void transactions_that_come_as_fast_as_they_can_do_not_outgrow_the_bound() {
    Intake<Integer> intake = new Intake<>(1_000, 1 << 24);
    List<TxnWrite> writes =
        IntStream.range(0, 128)
            .mapToObj(i -> new TxnWrite("k" + i, Optional.of(Blob.EMPTY), Life.FOREVER))
            .toList();
    Mutation bulk = new Mutation("", 0, 0, new Txn(List.of(), writes, List.of(), List.of()));
    int most = History.CHANGES + History.SLACK_CHANGES + History.CUT;
    for (int i = 0; i < 2 * most / writes.size(); i++) {
      assertThat(intake.add(bulk, i, 0)).isTrue();
      if (i % 256 == 255) {
        while (intake.queued()) {
          Intake.Batch<Integer> batch = intake.batch(0);
          assertThat(rig.entry(batch.entry())).hasSameSizeAs(batch.waiting());
          assertThat(rig.machine.sums().historyCount()).isLessThan(most);
          intake.decided(batch);
        }
      }
    }

    assertThat(rig.machine.sums().historyCount()).isGreaterThan(History.CHANGES / 2);
    assertThat(rig.machine.sums().revision()).isGreaterThan(History.CHANGES / writes.size());
  }

  @Test
  void what_is_too_old_is_compacted() {
    assertThat(rig.put("old", "v")).isInstanceOf(Written.class);
    rig.pass(History.AGE_MS + History.SLACK_MS + 1);
    assertThat(rig.put("new", "v")).isInstanceOf(Written.class);

    assertThat(rig.machine.sums().historyCount()).isEqualTo(1);
    assertThat(Reads.changes(rig.store, "", 0, 1).compacted()).isTrue();
    assertThat(Reads.changes(rig.store, "", 1, 1).changes()).hasSize(1);
  }

  @Test
  void an_answer_never_reaches_less_far_than_what_was_asked_for() {
    List<Result> done = List.of(rig.put("a", "1"), rig.put("b", "2"), rig.put("b", "3"));
    assertThat(done).doesNotContainNull();

    for (int limit : new int[] {Integer.MIN_VALUE, -1, 0, 1}) {
      Changes changes = Reads.changes(rig.store, "", 1, limit);
      assertThat(changes.revision()).isEqualTo(2);
      assertThat(changes.changes()).extracting(Change::revision).containsExactly(2L);
      assertThat(Reads.listed(rig.store, "", "", limit, true).items()).hasSize(1);
    }
    assertThat(Reads.changes(rig.store, "", Long.MAX_VALUE, 0).revision())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void large_values_do_not_pile_up() {
    Blob value = Blob.wrap(new byte[1 << 20]);
    for (int i = 0; i < 80; i++) {
      Result written = rig.apply(new Put("k", value, Expect.ANY, Life.FOREVER, List.of()));
      assertThat(written).isInstanceOf(Written.class);
    }

    assertThat(rig.machine.sums().historyCount())
        .isBetween(60L, 2 + ((History.BYTES + History.SLACK_BYTES) >> 20));
  }

  @Test
  void lists_come_in_pages_in_the_order_of_bytes() {
    List<Result> done =
        List.of(rig.put("b", "1"), rig.put("a", "1"), rig.put("a/é", "1"), rig.put("a/z", "1"));

    assertThat(done).doesNotContainNull();
    assertThat(rig.keys()).containsExactly("a", "a/z", "a/é", "b");
    var page = Reads.listed(rig.store, "a/", "", 1, true);
    assertThat(page.more()).isTrue();
    assertThat(page.items().getFirst().key()).isEqualTo("a/z");
    var rest = Reads.listed(rig.store, "a/", "a/z", 5, true);
    assertThat(rest.more()).isFalse();
    assertThat(rest.items()).extracting(i -> i.key()).containsExactly("a/é");
    assertThat(Reads.listed(rig.store, "a/", "a", 5, true).items()).hasSize(2);
    assertThat(Reads.listed(rig.store, "a/", "b", 5, true).items()).isEmpty();
  }

  @Test
  void a_leap_forgets_what_was_changed_and_goes_on_above_what_it_names() {
    assertThat(rig.put("k", "v")).isInstanceOf(Written.class);
    assertThat(rig.delta.forgot()).isFalse();

    assertThat(rig.apply(new Leap(1_000))).isEqualTo(new Written(1_000, Optional.empty(), false));

    assertThat(rig.delta.forgot()).isTrue();
    assertThat(rig.machine.sums().historyCount()).isZero();
    assertThat(Reads.changes(rig.store, "", 1, 10).compacted()).isTrue();
    assertThat(Rig.meta(rig.put("k", "w")).modRevision()).isEqualTo(1_001);
    assertThat(rig.delta.forgot()).isFalse();
    assertThat(Reads.changes(rig.store, "", 1_000, 10).changes()).hasSize(1);
    assertThat(rig.apply(new Leap(7))).isEqualTo(new Written(1_001, Optional.empty(), false));
    assertThat(Reads.changes(rig.store, "", 1_000, 10).compacted()).isTrue();
  }
}
