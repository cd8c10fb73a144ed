package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Mismatch;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.core.Delta.KeyChange;
import io.hawser.storage.core.Reads.ExpiringKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final Life SECOND = new Life(1_000, "", 0);

  private final Rig rig = new Rig();

  @Test
  void a_new_key_has_version_one_and_the_revision_that_made_it() {
    assertThat(rig.put("a", "1"))
        .isEqualTo(new Written(1, Optional.of(new KeyMeta(1, 1, 1, 1, Life.FOREVER)), false));
    assertThat(rig.value("a")).isEqualTo("1");
  }

  @Test
  void an_overwrite_keeps_the_creation_and_is_counted_once() {
    Result first = rig.put("a", "1");
    Result second = rig.put("a", "three");

    assertThat(first).isInstanceOf(Written.class);
    assertThat(Rig.meta(second)).isEqualTo(new KeyMeta(1, 2, 2, 5, Life.FOREVER));
    assertThat(((Written) second).existed()).isTrue();
    assertThat(rig.machine.sums().keyCount()).isEqualTo(1);
    assertThat(rig.machine.sums().usedBytes()).isEqualTo(1 + 5);
  }

  @Test
  void a_delete_takes_its_bytes_off_and_a_revision_of_its_own() {
    KeyMeta unused = Rig.meta(rig.put("a", "1"));

    assertThat(rig.apply(Rig.delete("a", Expect.ANY)))
        .isEqualTo(new Written(2, Optional.empty(), true));
    assertThat(rig.machine.sums().keyCount()).isZero();
    assertThat(rig.machine.sums().usedBytes()).isZero();
    assertThat(rig.keys()).isEmpty();
  }

  @Test
  void deleting_what_is_not_there_changes_nothing() {
    assertThat(rig.apply(Rig.delete("a", Expect.ANY)))
        .isEqualTo(new Written(0, Optional.empty(), false));
    assertThat(rig.delta.isEmpty()).isTrue();
  }

  @Test
  void a_key_that_comes_back_starts_anew_under_a_higher_revision() {
    Result first = rig.put("a", "1");
    Result gone = rig.apply(Rig.delete("a", Expect.ANY));
    Result back = rig.put("a", "2");

    assertThat(List.of(first, gone)).allSatisfy(r -> assertThat(r).isInstanceOf(Written.class));
    assertThat(Rig.meta(back)).isEqualTo(new KeyMeta(3, 3, 1, 1, Life.FOREVER));
  }

  @Test
  void a_write_that_expects_something_else_is_refused_with_what_is_there() {
    KeyMeta there = Rig.meta(rig.put("a", "1"));

    for (Expect expect : List.of(Expect.ABSENT, Expect.revision(7))) {
      assertThat(rig.apply(Rig.put("a", "2", expect, Life.FOREVER)))
          .isEqualTo(new Mismatch(1, Optional.of(there)));
      assertThat(rig.apply(Rig.delete("a", expect))).isEqualTo(new Mismatch(1, Optional.of(there)));
    }
    for (Expect expect : List.of(Expect.PRESENT, Expect.revision(1))) {
      assertThat(rig.apply(Rig.put("b", "2", expect, Life.FOREVER)))
          .isEqualTo(new Mismatch(1, Optional.empty()));
    }
    assertThat(rig.value("a")).isEqualTo("1");
    assertThat(rig.machine.sums().revision()).isEqualTo(1);
  }

  @Test
  void a_write_that_expects_what_is_there_goes_through() {
    assertThat(rig.apply(Rig.put("a", "1", Expect.ABSENT, Life.FOREVER)))
        .isInstanceOf(Written.class);
    assertThat(rig.apply(Rig.put("a", "2", Expect.revision(1), Life.FOREVER)))
        .isInstanceOf(Written.class);
    assertThat(rig.apply(Rig.put("a", "3", Expect.PRESENT, Life.FOREVER)))
        .isInstanceOf(Written.class);
    assertThat(rig.apply(Rig.delete("a", Expect.revision(3)))).isInstanceOf(Written.class);
  }

  @Test
  void a_transaction_applies_one_branch_under_one_revision() {
    Result before = rig.put("a", "1");
    Txn txn =
        new Txn(
            List.of(new Compare("a", Expect.revision(1)), new Compare("b", Expect.ABSENT)),
            List.of(write("b", "2"), remove("a"), write("c", "3")),
            List.of(write("d", "4")),
            List.of());

    TxnDone done = (TxnDone) rig.apply(txn);

    assertThat(before).isInstanceOf(Written.class);
    assertThat(done.succeeded()).isTrue();
    assertThat(done.revision()).isEqualTo(2);
    assertThat(done.keys().stream().map(k -> k.map(KeyMeta::modRevision).orElse(0L)))
        .containsExactly(2L, 0L, 2L);
    assertThat(rig.keys()).containsExactly("b", "c");
    assertThat(rig.delta.keys()).extracting(KeyChange::revision).containsExactly(2L, 2L, 2L);

    assertThat(rig.apply(txn))
        .isInstanceOfSatisfying(
            TxnDone.class,
            other -> {
              assertThat(other.succeeded()).isFalse();
              assertThat(other.revision()).isEqualTo(3);
            });
    assertThat(rig.keys()).containsExactly("b", "c", "d");
  }

  @Test
  void a_transaction_without_effect_takes_no_revision() {
    TxnDone done =
        (TxnDone) rig.apply(new Txn(List.of(), List.of(remove("a")), List.of(), List.of()));

    assertThat(done.revision()).isZero();
    assertThat(rig.machine.sums().revision()).isZero();
  }

  @Test
  void a_lower_token_than_was_seen_is_refused_by_every_write() {
    Fence high = new Fence("disk", 7);
    Fence low = new Fence("disk", 6);
    Result first = rig.apply(Rig.put("a", "1", Expect.ANY, Life.FOREVER, high));
    Fenced refusal = new Fenced("disk", 6, 7);

    assertThat(first).isInstanceOf(Written.class);
    assertThat(rig.apply(Rig.put("a", "2", Expect.ANY, Life.FOREVER, low))).isEqualTo(refusal);
    assertThat(rig.apply(Rig.delete("a", Expect.ANY, low))).isEqualTo(refusal);
    assertThat(rig.apply(new Txn(List.of(), List.of(write("a", "2")), List.of(), List.of(low))))
        .isEqualTo(refusal);
    assertThat(rig.apply(new RaiseFence(low))).isEqualTo(refusal);
    assertThat(rig.value("a")).isEqualTo("1");
    assertThat(rig.apply(Rig.put("a", "2", Expect.ANY, Life.FOREVER, high)))
        .isInstanceOf(Written.class);
  }

  @Test
  void a_raised_fence_refuses_who_has_not_written_yet() {
    assertThat(rig.apply(new RaiseFence(new Fence("disk", 9)))).isInstanceOf(Written.class);
    assertThat(rig.apply(Rig.put("a", "1", Expect.ANY, Life.FOREVER, new Fence("disk", 8))))
        .isEqualTo(new Fenced("disk", 8, 9));
    assertThat(Reads.fence(rig.store, "disk")).contains(9L);
  }

  @Test
  void a_write_that_is_refused_for_whatever_reason_notes_none_of_its_tokens() {
    Result raised = rig.apply(new RaiseFence(new Fence("b", 5)));
    Result refused =
        rig.apply(
            Rig.put("k", "1", Expect.ANY, Life.FOREVER, new Fence("a", 3), new Fence("b", 4)));
    Result lost = rig.apply(Rig.put("k", "1", Expect.PRESENT, Life.FOREVER, new Fence("c", 3)));

    assertThat(raised).isInstanceOf(Written.class);
    assertThat(refused).isInstanceOf(Fenced.class);
    assertThat(lost).isInstanceOf(Mismatch.class);
    assertThat(Reads.fence(rig.store, "a")).isEmpty();
    assertThat(Reads.fence(rig.store, "c")).isEmpty();
    Life gone = new Life(0, "nobody holds it", 1);
    Result alone = rig.apply(Rig.put("k", "1", Expect.ANY, gone, new Fence("c", 3)));
    assertThat(alone).isInstanceOf(LeaseGone.class);
    assertThat(Reads.fence(rig.store, "c")).isEmpty();
  }

  @Test
  void a_key_with_a_time_is_known_until_it_is_written_without_one_or_deleted() {
    Result first = rig.apply(Rig.put("a", "1", Expect.ANY, SECOND));
    Result second = rig.apply(Rig.put("b", "1", Expect.ANY, SECOND));

    assertThat(List.of(first, second)).doesNotContainNull();
    assertThat(Reads.expiringKeys(rig.store, "", 10))
        .containsExactly(new ExpiringKey("a", 1, 1_000), new ExpiringKey("b", 2, 1_000));
    assertThat(Reads.expiringKeys(rig.store, "a", 10)).hasSize(1);

    Result third = rig.put("a", "2");
    Result fourth = rig.apply(Rig.delete("b", Expect.ANY));
    assertThat(List.of(third, fourth)).doesNotContainNull();
    assertThat(Reads.expiringKeys(rig.store, "", 10)).isEmpty();
  }

  @Test
  void expiry_deletes_only_keys_that_are_unchanged_and_have_a_time() {
    Result a = rig.apply(Rig.put("a", "1", Expect.ANY, SECOND));
    Result b = rig.apply(Rig.put("b", "1", Expect.ANY, SECOND));
    Result c = rig.put("c", "1");
    Result again = rig.apply(Rig.put("b", "2", Expect.ANY, SECOND));

    assertThat(List.of(a, b, c, again)).doesNotContainNull();
    assertThat(
            rig.apply(
                new ExpireKeys(
                    List.of(
                        new Compare("a", Expect.revision(1)),
                        new Compare("b", Expect.revision(2)),
                        new Compare("c", Expect.revision(3))))))
        .isEqualTo(new Written(5, Optional.empty(), true));
    assertThat(rig.keys()).containsExactly("b", "c");
  }

  private static TxnWrite write(String key, String value) {
    return new TxnWrite(key, Optional.of(Blob.utf8(value)), Life.FOREVER);
  }

  private static TxnWrite remove(String key) {
    return new TxnWrite(key, Optional.empty(), Life.FOREVER);
  }
}
