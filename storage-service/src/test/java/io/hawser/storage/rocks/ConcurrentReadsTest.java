package io.hawser.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Listed;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentReadsTest {
  private static final int READERS = 3;
  private static final int ENTRIES = 400;
  private static final int KEYS = 5;

  @TempDir Path temp;

  @Test
  void readers_see_whole_entries_beside_applying_loading_and_closing() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(READERS);
    try (RocksMemory memory = TestMemory.open()) {
      GroupStore store =
          GroupStore.open(new StoreConfig(temp.resolve("store"), "a", "data-0"), memory);
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(pool.submit(() -> readUntilClosed(store)));
      }
      for (int i = 1; i <= ENTRIES; i++) {
        assertThat(store.apply(List.of(Logs.committed(i, sameEverywhere(i))))).hasSize(1);
        if (i % 100 == 0) {
          Path snapshot = Files.createDirectory(temp.resolve("snapshot-" + i));
          store.save(snapshot);
          store.load(snapshot);
        }
      }
      store.close();
      for (Future<Long> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isBetween(0L, (long) ENTRIES);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Txn sameEverywhere(int value) {
    return new Txn(
        List.of(new Compare("none", Expect.ABSENT)),
        IntStream.range(0, KEYS)
            .mapToObj(k -> new TxnWrite("k" + k, Optional.of(Blob.utf8("v" + value)), Life.FOREVER))
            .toList(),
        List.of(),
        List.of());
  }

  /** Reads until the store is closed; the last revision that was seen. */
  private static long readUntilClosed(GroupStore store) {
    long seen = 0;
    try {
      while (true) {
        Listed listed = store.list("", "", 10, true);
        assertThat(listed.items().stream().map(i -> i.value()).distinct().count())
            .isLessThanOrEqualTo(1);
        assertThat(listed.revision()).isGreaterThanOrEqualTo(seen);
        Changes changes = store.changes("", Math.max(0, listed.revision() - 2), 100);
        assertThat(changes.revision()).isGreaterThanOrEqualTo(listed.revision());
        assertThat(changes.changes().size() % KEYS).isZero();
        assertThat(store.get("k0").revision()).isGreaterThanOrEqualTo(listed.revision());
        seen = listed.revision();
      }
    } catch (StoreException e) {
      assertThat(e).hasMessageContaining("closed");
      return seen;
    }
  }
}
