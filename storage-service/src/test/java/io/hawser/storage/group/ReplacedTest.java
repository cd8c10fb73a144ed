package io.hawser.storage.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.WireFormat;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.core.Delta;
import io.hawser.storage.log.Committed;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.nativelib.RocksLibrary;
import io.hawser.storage.rocks.GroupStore;
import io.hawser.storage.rocks.RocksMemory;
import io.hawser.storage.rocks.StoreConfig;
import io.hawser.testing.Await;
import io.hawser.testing.FakeTime;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot comes in place of what a replica has, beside those who read and wait. */
class ReplacedTest {
  private static final WireFormat FORMAT = new WireFormat(List.of());
  private static final String META = StorageMessage.META;

  @TempDir Path dir;

  /** One worker: what it is given second begins when the first is done. */
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));

  private final Context context = vertx.getOrCreateContext();
  private final FakeTime time = new FakeTime();
  private RocksMemory memory;
  private GroupStore store;
  private Path snapshot;

  @BeforeEach
  void begin() throws Exception {
    RocksLibrary.load(Path.of(System.getProperty("java.io.tmpdir"), "hawser-test-rocksdb"));
    memory = new RocksMemory();
    store = open("behind");
    write(store, 1, "first");
    snapshot = Files.createDirectory(dir.resolve("snapshot"));
    try (GroupStore ahead = open("ahead")) {
      write(ahead, 1, "first");
      write(ahead, 2, "k");
      ahead.save(snapshot);
    }
  }

  @AfterEach
  void end() {
    Await.result(vertx.close().map(v -> true));
    store.close();
    memory.close();
  }

  private GroupStore open(String name) throws IOException {
    return GroupStore.open(new StoreConfig(dir.resolve(name), "c", META), memory);
  }

  private static void write(GroupStore to, long index, String key) {
    Put put = new Put(key, Blob.utf8("v"), Expect.ANY, Life.FOREVER, List.of());
    Buffer entry = FORMAT.encode(new LogEntry(0, List.of(new Mutation("", 0, 0, put))));
    assertThat(to.apply(List.of(new Committed(index, 1, entry)))).hasSize(1);
  }

  private <T> T on(Supplier<T> what) {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> done.complete(what.get()));
    return Await.result(done.future());
  }

  /**
   * The look of who wants to wait was at the old state, and its outcome arrives after the news of
   * the snapshot.
   */
  @Test
  void what_a_snapshot_brings_is_told_to_who_was_just_about_to_wait() {
    Barriers barriers = new Barriers(context, new NoLog(), 10);
    Reader reader = new Reader(context, store, barriers, time.time(), 10);
    Promise<Content> answer = Promise.promise();
    boolean asked =
        on(
            () -> {
              StorageMessage.Await request =
                  new StorageMessage.Await(META, "k", store.revision(), 10, 60_000);
              reader.await(request, false).onComplete(answer);
              CountDownLatch looked = new CountDownLatch(1);
              Future<Boolean> unused =
                  vertx.executeBlocking(
                      () -> {
                        looked.countDown();
                        return true;
                      },
                      false);
              try {
                looked.await();
                store.load(snapshot);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              reader.replaced();
              return true;
            });
    assertThat(asked).isTrue();
    // What the look has found is here now. Something else changes, and the wait is over.
    boolean over =
        on(
            () -> {
              long next = store.revision() + 1;
              reader.applied(
                  new Delta(
                      next,
                      List.of(new Delta.KeyChange(next, "other", Optional.empty())),
                      List.of(),
                      false));
              time.advanceMs(60_000);
              reader.tick(time.nowNs());
              return true;
            });
    assertThat(over).isTrue();

    Changes told = (Changes) Await.result(answer.future());

    assertThat(told.compacted() || !told.changes().isEmpty())
        .as("k came with the snapshot, and it was told: %s", told)
        .isTrue();
  }

  /** Nothing here asks the log. */
  private static final class NoLog implements ReplicatedLog<List<Result>> {
    private static <T> Future<T> none() {
      return Future.failedFuture("there is no log here");
    }

    @Override
    public Future<List<Result>> propose(Buffer entry, long term) {
      return none();
    }

    @Override
    public Future<Long> readBarrier() {
      return none();
    }

    @Override
    public LogStatus status() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> changeVoters(Set<NodeId> voters) {
      return none();
    }

    @Override
    public Future<Void> transferTo(NodeId node) {
      return none();
    }

    @Override
    public Future<Void> snapshot() {
      return none();
    }

    @Override
    public Future<Void> resetVoters(Set<NodeId> voters) {
      return none();
    }

    @Override
    public Future<Void> close() {
      return none();
    }
  }
}
