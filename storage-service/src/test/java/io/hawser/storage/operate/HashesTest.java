package io.hawser.storage.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.WireFormat;
import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.storage.log.Committed;
import io.hawser.storage.nativelib.RocksLibrary;
import io.hawser.storage.rocks.GroupStore;
import io.hawser.storage.rocks.RocksMemory;
import io.hawser.storage.rocks.StateHash;
import io.hawser.storage.rocks.StoreConfig;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashesTest {
  /** Longer than an entry is waited for. */
  private static final long LONG_MS = 3_200;

  private static final WireFormat FORMAT = new WireFormat(List.of());

  @TempDir Path temp;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private static Committed entry(long index) {
    Put put = new Put("k", Blob.utf8("" + index), Expect.ANY, Life.FOREVER, List.of());
    return new Committed(
        index, 1, FORMAT.encode(new LogEntry(1_000, List.of(new Mutation("", 0, 0, put)))));
  }

  @Test
  void an_entry_that_has_come_is_not_given_up_while_everything_is_read() throws IOException {
    RocksLibrary.load(Path.of(System.getProperty("java.io.tmpdir"), "hawser-test-rocksdb"));
    try (RocksMemory memory = new RocksMemory();
        GroupStore store =
            GroupStore.open(new StoreConfig(temp.resolve("store"), "a", "data-0"), memory)) {
      CountDownLatch free = new CountDownLatch(1);
      Future<Boolean> busy =
          vertx.executeBlocking(
              () -> {
                free.await();
                return true;
              },
              false);
      Future<StateHash> hash = new Hashes(vertx).of(store, Optional.of(2L));
      assertThat(store.apply(List.of(entry(1), entry(2), entry(3), entry(4)))).hasSize(4);
      Promise<Void> late = Promise.promise();
      long unused = vertx.setTimer(LONG_MS, id -> late.complete());
      Await.result(late.future().map(v -> true));
      free.countDown();

      assertThat(Await.result(hash).appliedIndex()).isEqualTo(2);
      assertThat(Await.result(busy)).isEqualTo(true);
    }
  }
}
