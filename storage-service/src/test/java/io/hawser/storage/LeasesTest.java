package io.hawser.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Listed;
import io.hawser.model.StorageMessage.Renew;
import io.hawser.model.StorageMessage.Renewed;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends by itself, on real nodes: never before its time, whatever happens to leaders. */
class LeasesTest {
  private static final String META = StorageMessage.META;

  @TempDir Path dir;
  private StorageCluster cluster;

  @BeforeEach
  void begin() {
    cluster = new StorageCluster(dir);
    cluster.start("node-0", "new");
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  private Result acquire(String holder, long ttlMs) {
    return cluster.change(META, new Acquire("l", holder, ttlMs));
  }

  private Result renew(String holder, long epoch) {
    return cluster
        .eventually(new Renew("l", holder, epoch), Renewed.class, renewed -> true)
        .result();
  }

  private void put(String key, Life life) {
    cluster.change(StorageCluster.DATA, new Put(key, Blob.utf8("v"), Expect.ANY, life, List.of()));
  }

  private static long sinceMs(long startNs) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
  }

  @Test
  void a_lease_that_is_renewed_goes_on_and_one_that_is_not_ends_after_its_time() {
    assertThat(acquire("a", 1_000)).isInstanceOf(LeaseState.class);
    LeaseState held = (LeaseState) acquire("a", 1_000);
    long startNs = System.nanoTime();
    long renewedNs = startNs;
    while (sinceMs(startNs) < 3_000) {
      long beforeNs = System.nanoTime();
      Result renewed = renew("a", held.epoch());
      assertThat(renewed).isIn(held, new LeaseGone("l"));
      if (renewed instanceof LeaseGone) {
        // Only a machine that stands still for the whole time lets it end.
        assertThat(sinceMs(renewedNs)).isGreaterThanOrEqualTo(1_000);
        return;
      }
      renewedNs = beforeNs;
    }
    assertThat(acquire("b", 1_000)).isInstanceOf(LeaseHeld.class);

    while (!(acquire("b", 60_000) instanceof LeaseState)) {
      assertThat(sinceMs(renewedNs)).isLessThan(60_000);
    }

    assertThat(sinceMs(renewedNs)).isGreaterThanOrEqualTo(1_000);
    assertThat(renew("a", held.epoch())).isInstanceOf(LeaseHeld.class);
    LeaseFound found = cluster.eventually(new GetLease("l"), LeaseFound.class, f -> true);
    assertThat(found.lease()).get().extracting(LeaseState::holder).isEqualTo("b");
    assertThat(found.remainingMs()).isBetween(1L, 60_000L);
  }

  @Test
  void a_new_leader_gives_a_lease_its_full_time_again() {
    cluster.start("node-1", "join");
    cluster.start("node-2", "join");
    cluster.awaitReplicas(3);
    LeaseState held = (LeaseState) acquire("a", 3_000);
    long acquiredNs = System.nanoTime();
    Await.until("half of it is over", () -> sinceMs(acquiredNs) > 1_500);

    cluster.stop(cluster.leader(META));
    String leader = cluster.leader(META);
    long takenOverMs = sinceMs(acquiredNs);

    while (!(acquire("b", 3_000) instanceof LeaseState)) {
      assertThat(sinceMs(acquiredNs)).isLessThan(60_000);
    }
    assertThat(sinceMs(acquiredNs)).isGreaterThanOrEqualTo(3_000);
    assertThat(takenOverMs).as("the new leader is %s", leader).isGreaterThan(1_500);
    assertThat(renew("a", held.epoch())).isInstanceOf(LeaseHeld.class);
  }

  @Test
  void a_key_with_a_time_of_its_own_goes_after_it() {
    long startNs = System.nanoTime();
    put("short", new Life(500, "", 0));
    put("long", new Life(600_000, "", 0));

    Await.until("it is gone", () -> cluster.get("short").isEmpty(), StorageCluster.LONG);

    assertThat(sinceMs(startNs)).isGreaterThanOrEqualTo(500);
    assertThat(cluster.get("long")).contains("v");
  }

  @Test
  void all_keys_of_meta_end_with_their_lease_also_those_that_one_entry_does_not_take() {
    LeaseState held = (LeaseState) acquire("a", 600_000);
    Life life = new Life(0, "l", held.epoch());
    int keys = 2_500;
    for (int from = 0; from < keys; from += 100) {
      List<TxnWrite> writes =
          IntStream.range(from, from + 100)
              .mapToObj(i -> new TxnWrite("k/" + i, Optional.of(Blob.EMPTY), life))
              .toList();
      cluster.change(META, new Txn(List.of(), writes, List.of(), List.of()));
    }
    ListKeys list = new ListKeys(META, "k/", "", 1_000, false, Freshness.LINEARIZABLE, 0);
    assertThat(cluster.eventually(list, Listed.class, l -> true).items()).hasSize(1_000);

    cluster.change(META, new Release("l", "a", held.epoch()));

    Await.until(
        "they are gone",
        () -> cluster.eventually(list, Listed.class, l -> true).items().isEmpty(),
        StorageCluster.LONG);
  }

  @Test
  void keys_of_a_data_group_end_with_their_lease() {
    LeaseState held = (LeaseState) acquire("a", 60_000);
    put("attached", new Life(0, "l", held.epoch()));
    put("free", Life.FOREVER);

    cluster.change(META, new Release("l", "a", held.epoch()));

    Await.until("it is gone", () -> cluster.get("attached").isEmpty(), StorageCluster.LONG);
    assertThat(cluster.get("free")).contains("v");
  }

  @Test
  void keys_of_a_data_group_end_soon_also_when_many_leases_are_over_at_once() {
    // Some for each look, a look each two seconds, would take longer than is waited here.
    int leases = 3_000;
    for (int from = 0; from < leases; from += 100) {
      // Of leases that meta does not know, as if all of them had ended.
      List<TxnWrite> writes =
          IntStream.range(from, from + 100)
              .mapToObj(
                  i -> new TxnWrite("a/" + i, Optional.of(Blob.EMPTY), new Life(0, "l-" + i, 1)))
              .toList();
      cluster.change(StorageCluster.DATA, new Txn(List.of(), writes, List.of(), List.of()));
    }
    ListKeys list =
        new ListKeys(StorageCluster.DATA, "a/", "", 10, false, Freshness.LINEARIZABLE, 0);

    Await.until(
        "they are gone",
        () -> cluster.eventually(list, Listed.class, l -> true).items().isEmpty(),
        StorageCluster.LONG);
  }

  @Test
  void who_waits_for_a_prefix_is_told_of_its_next_change() {
    put("other", Life.FOREVER);
    long revision =
        cluster
            .eventually(
                new StorageMessage.Await(StorageCluster.DATA, "w/", 0, 10, 0),
                Changes.class,
                c -> true)
            .revision();
    var waiting =
        cluster.asked(
            "node-0", new StorageMessage.Await(StorageCluster.DATA, "w/", revision, 10, 60_000));

    put("other", Life.FOREVER);
    assertThat(waiting.isComplete()).isFalse();
    put("w/1", Life.FOREVER);

    Changes changes = (Changes) Await.result(waiting).orElseThrow();
    assertThat(changes.changes()).hasSize(1);
    assertThat(changes.changes().getFirst().key()).isEqualTo("w/1");
  }
}
