package io.hawser.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Written;
import io.hawser.storage.core.Applied;
import io.hawser.storage.core.Delta;
import io.hawser.storage.core.Rebase;
import io.hawser.storage.core.Space;
import io.hawser.storage.log.Committed;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group on a real RocksDB. Over 300 lines, as each case is told from its beginning. */
class GroupStoreTest {
  private static final String CLUSTER = "cluster-a";

  @TempDir Path temp;
  private final RocksMemory memory = TestMemory.open();
  private final List<GroupStore> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(GroupStore::close);
    memory.close();
  }

  private GroupStore open(String name) throws IOException {
    GroupStore store =
        GroupStore.open(new StoreConfig(temp.resolve(name), CLUSTER, "meta"), memory);
    opened.add(store);
    return store;
  }

  private static Put put(String key, String value) {
    return new Put(key, Blob.utf8(value), Expect.ANY, Life.FOREVER, List.of());
  }

  private static Result only(List<List<Result>> results) {
    assertThat(results).hasSize(1);
    assertThat(results.getFirst()).hasSize(1);
    return results.getFirst().getFirst();
  }

  /** What does not open has to let go of its directory: who tries again is to hear why, too. */
  @Test
  void a_store_that_does_not_open_says_why_each_time() throws IOException {
    GroupStore store = open("a");
    assertThat(store.apply(List.of(Logs.committed(1, put("k", "v"))))).hasSize(1);
    store.close();
    try (Database database = Database.open(temp.resolve("a").resolve("db-1"), memory)) {
      Rebase rebase = new Rebase(database, 0, 1);
      database.scan(
          Space.SYSTEM,
          new byte[0],
          (key, value) -> {
            value[0]++;
            rebase.add(Space.SYSTEM, key, value);
            return true;
          });
      database.flush();
    }

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> open("a")).hasMessageNotContaining("in use by another process");
    }
  }

  @Test
  void deletes_give_their_room_back_when_the_store_is_compacted() throws IOException {
    GroupStore store = open("a");
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    for (int i = 0; i < 30; i++) {
      Put put = new Put("k" + i, Blob.wrap(noise), Expect.ANY, Life.FOREVER, List.of());
      assertThat(store.apply(List.of(Logs.committed(i + 1, put)))).hasSize(1);
    }
    boolean unused = store.compact(Long.MAX_VALUE);
    assertThat(store.compact(Long.MAX_VALUE)).as("nothing was deleted").isFalse();
    long full = store.diskBytes();
    for (int i = 0; i < 28; i++) {
      Delete delete = new Delete("k" + i, Expect.ANY, List.of());
      assertThat(store.apply(List.of(Logs.committed(31 + i, delete)))).hasSize(1);
    }

    assertThat(store.compact(1_000)).as("no room to do it").isFalse();
    assertThat(store.diskBytes()).isGreaterThan(full - (1 << 20));
    assertThat(store.compact(Long.MAX_VALUE)).isTrue();

    // The history keeps its values for an hour.
    assertThat(store.diskBytes()).isLessThan(full - 27L * noise.length);
    assertThat(store.get("k29").value()).isPresent();
  }

  @Test
  void what_is_applied_is_read_at_once() throws IOException {
    GroupStore store = open("a");
    List<Delta> heard = new ArrayList<>();
    store.listen(new Heard(heard));

    List<List<Result>> results =
        store.apply(
            List.of(
                Logs.committed(3, put("a", "1"), put("b", "22")),
                Logs.committed(4, put("a", "3"))));

    assertThat(results).extracting(List::size).containsExactly(2, 1);
    assertThat(store.get("a").value()).contains(Blob.utf8("3"));
    assertThat(store.get("a").revision()).isEqualTo(3);
    assertThat(store.get("none").meta()).isEmpty();
    assertThat(store.list("", "", 10, true).items()).hasSize(2);
    assertThat(store.changes("a", 0, 10).changes()).hasSize(2);
    assertThat(store.revision()).isEqualTo(3);
    assertThat(store.keyCount()).isEqualTo(2);
    assertThat(store.usedBytes()).isEqualTo(1 + 1 + 1 + 2);
    assertThat(store.applied()).isEqualTo(new Applied(4, 1));
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().keys()).hasSize(3);
  }

  @Test
  void entries_that_were_applied_before_are_left_out() throws IOException {
    GroupStore store = open("a");
    Committed first = Logs.committed(1, put("a", "1"));
    assertThat(only(store.apply(List.of(first)))).isInstanceOf(Written.class);

    assertThat(store.apply(List.of(first, Logs.committed(2, put("b", "1")))))
        .extracting(List::size)
        .containsExactly(0, 1);
    assertThat(store.revision()).isEqualTo(2);
  }

  @Test
  void a_closed_store_has_everything_when_it_is_opened_again() throws IOException {
    GroupStore store = open("a");
    List<Committed> log = Logs.seeded(1, 200);
    assertThat(store.apply(log)).hasSize(200);
    StateHash before = store.hash();
    store.close();
    GroupStore again = open("a");

    assertThat(again.appliedIndex()).isEqualTo(200);
    assertThat(again.hash()).isEqualTo(before).isEqualTo(Logs.expected(1, 200, "meta"));
  }

  @Test
  void replicas_with_other_batches_have_the_same_hash() throws IOException {
    GroupStore one = open("a");
    GroupStore other = open("b");
    List<Committed> log = Logs.seeded(2, 300);
    assertThat(one.apply(log)).hasSize(300);
    for (Committed entry : log) {
      assertThat(other.apply(List.of(entry))).hasSize(1);
    }

    assertThat(other.hash()).isEqualTo(one.hash());
    assertThat(other.apply(List.of(Logs.committed(301, put("x", "y"))))).hasSize(1);
    assertThat(other.hash()).isNotEqualTo(one.hash());
  }

  @Test
  void a_hash_is_of_the_entry_that_was_asked_for_whatever_batch_it_comes_in() throws IOException {
    GroupStore one = open("a");
    GroupStore other = open("b");
    List<Committed> log = Logs.seeded(2, 300);
    Promise<StateHash> ofOne = Promise.promise();
    Promise<StateHash> ofOther = Promise.promise();
    one.hashAt(137, ofOne, Runnable::run);
    other.hashAt(137, ofOther, Runnable::run);

    assertThat(one.apply(log)).hasSize(300);
    assertThat(other.apply(log.subList(0, 137))).hasSize(137);
    assertThat(ofOther.future().isComplete()).as("also when no later one comes").isTrue();
    assertThat(other.apply(log.subList(137, 300))).hasSize(163);

    assertThat(ofOne.future().result())
        .isEqualTo(ofOther.future().result())
        .isEqualTo(Logs.expected(2, 137, "meta"));
    assertThat(one.hash()).isEqualTo(Logs.expected(2, 300, "meta"));
  }

  @Test
  void a_hash_of_an_entry_that_is_behind_is_refused() throws IOException {
    GroupStore store = open("a");
    List<Committed> log = Logs.seeded(2, 30);
    assertThat(store.apply(log.subList(0, 20))).hasSize(20);
    Promise<StateHash> late = Promise.promise();
    store.hashAt(19, late, Runnable::run);

    assertThat(store.apply(log.subList(20, 30))).hasSize(10);

    assertThat(late.future().failed()).isTrue();
  }

  @Test
  void a_snapshot_makes_another_replica_the_same() throws IOException {
    GroupStore one = open("a");
    GroupStore other = open("b");
    assertThat(one.apply(Logs.seeded(3, 100))).hasSize(100);
    assertThat(other.apply(List.of(Logs.committed(1, put("only here", "1"))))).hasSize(1);
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    one.save(snapshot);
    assertThat(one.appliedIndex()).isEqualTo(100);
    assertThat(one.apply(List.of(Logs.committed(101, put("later", "1"))))).hasSize(1);
    other.load(snapshot);

    assertThat(snapshot).isDirectoryNotContaining(Files::isDirectory);
    assertThat(other.hash()).isEqualTo(Logs.expected(3, 100, "meta"));
    assertThat(other.get("only here").meta()).isEmpty();
    assertThat(other.apply(List.of(Logs.committed(101, put("later", "1"))))).hasSize(1);
    assertThat(other.hash()).isEqualTo(one.hash());
    other.close();
    assertThat(open("b").hash()).isEqualTo(one.hash());
  }

  @Test
  void a_change_that_is_sent_again_after_a_snapshot_is_made_once() throws IOException {
    GroupStore one = open("a");
    GroupStore other = open("b");
    Result first = only(one.apply(List.of(Logs.from("c", 1, 1, put("a", "1")))));
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    one.save(snapshot);
    other.load(snapshot);

    assertThat(only(other.apply(List.of(Logs.from("c", 1, 2, put("a", "1")))))).isEqualTo(first);
    assertThat(other.revision()).isEqualTo(1);
  }

  @Test
  void leases_epochs_go_on_after_a_snapshot() throws IOException {
    GroupStore one = open("a");
    assertThat(only(one.apply(List.of(Logs.committed(1, new Acquire("l", "h", 10))))))
        .isEqualTo(new LeaseState("l", "h", 1, 10));
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    one.save(snapshot);
    one.load(snapshot);

    assertThat(one.leases()).containsExactly(new LeaseState("l", "h", 1, 10));
    assertThat(only(one.apply(List.of(Logs.committed(2, new Acquire("m", "h", 10))))))
        .isEqualTo(new LeaseState("m", "h", 2, 10));
  }

  @Test
  void an_operation_of_a_later_version_stops_the_replica() throws IOException {
    GroupStore store = open("a");
    Committed known = Logs.committed(1, put("a", "1"), put("b", "1"));
    Buffer bytes = known.bytes().copy();
    int at = indexOf(bytes, 203);
    Buffer unused = bytes.setInt(at, 9_999);

    assertThatThrownBy(() -> store.apply(List.of(new Committed(1, 1, bytes))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("entry 1 of meta is of a later version of Hawser")
        .hasMessageContaining("9999");
    assertThat(store.get("b").meta()).isEmpty();
    assertThatThrownBy(() -> store.apply(List.of(known)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("failed before");
  }

  private static int indexOf(Buffer bytes, int number) {
    for (int i = 0; i < bytes.length() - 3; i++) {
      if (bytes.getInt(i) == number) {
        return i;
      }
    }
    throw new AssertionError("no " + number);
  }

  @Test
  void large_values_are_applied_in_parts_of_a_batch() throws IOException {
    GroupStore store = open("a");
    List<Committed> log = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      log.add(Logs.committed(i, put("k" + i, "x".repeat(1 << 20))));
    }

    assertThat(store.apply(log)).hasSize(40);
    assertThat(store.keyCount()).isEqualTo(40);
    assertThat(store.get("k40").value().orElseThrow().length()).isEqualTo(1 << 20);
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    store.save(snapshot);
    assertThat(store.diskBytes()).isPositive();
  }

  @Test
  void a_closed_store_refuses_reads() throws IOException {
    GroupStore store = open("a");
    store.close();

    assertThatThrownBy(() -> store.get("a"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
  }

  private record Heard(List<Delta> deltas) implements StoreListener {
    @Override
    public void applied(Delta delta) {
      deltas.add(delta);
    }

    @Override
    public void replaced() {}

    @Override
    public void leading(long term) {}

    @Override
    public void following(Optional<NodeId> leader, long term) {}

    @Override
    public void failed(Throwable cause) {}
  }
}
