package io.hawser.storage.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.WireFormat;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.core.Delta;
import io.hawser.storage.log.Committed;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.LogEngine;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogMachine;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.LogStatus.Role;
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
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A group's host on a real store, and a log whose entries are decided when the test says so. A
 * little longer than other files: it is the one rig of all tests of a host.
 */
final class HostRig implements AutoCloseable {
  static final String META = StorageMessage.META;
  static final NodeId SELF = new NodeId("node-0");
  private static final WireFormat FORMAT = new WireFormat(List.of());
  private static final Room ROOM = new Room(false, 0, 1);

  private record Sent(Buffer entry, long term, Promise<List<Result>> promise) {}

  final FakeTime time = new FakeTime();
  final GroupStore store;
  final GroupHost host;

  /** Until it is complete the log closes, once it was told to. */
  final Promise<Void> logClosed = Promise.promise();

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final RocksMemory memory;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private volatile Role role = Role.LEADER;
  private volatile Set<NodeId> voters = Set.of(SELF);
  private final AtomicLong term = new AtomicLong(1);

  HostRig(Path directory) throws Exception {
    RocksLibrary.load(Path.of(System.getProperty("java.io.tmpdir"), "hawser-test-rocksdb"));
    memory = new RocksMemory();
    Path replica = Files.createDirectories(directory.resolve(META));
    store = GroupStore.open(new StoreConfig(replica.resolve("state"), "c", META), memory);
    Household house =
        new Household(
            context,
            SELF,
            () -> "c",
            directory,
            new NoEngine(),
            memory,
            FORMAT,
            time.time(),
            all -> ROOM,
            all -> StorageOp.FIRST_LEVEL);
    Promise<GroupHost> made = Promise.promise();
    store.listen(new Relay(context, made.future()));
    host = new GroupHost(house, META, store, new SteppedLog(), new Deaf());
    made.complete(host);
  }

  /** On the host's context, and what was to be done there before is done. */
  <T> T on(Supplier<T> what) {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> done.complete(what.get()));
    return Await.result(done.future());
  }

  void lead() {
    role = Role.LEADER;
    long now = term.incrementAndGet();
    store.leading(now);
    assertThat(on(() -> true)).isTrue();
  }

  /** As {@link #lead}, chosen by these. */
  void lead(Set<NodeId> chosenBy) {
    voters = chosenBy;
    lead();
  }

  void tick() {
    assertThat(
            on(
                () -> {
                  host.tick(time.nowNs());
                  return true;
                }))
        .isTrue();
  }

  Future<Content> ask(StorageMessage request) {
    return on(() -> host.handle(request));
  }

  /** Proposes a change; it is in the log when this returns. */
  @CanIgnoreReturnValue
  Future<Content> propose(StorageOp op) {
    Future<Content> answer = ask(new Write(META, new Mutation("", 0, 0, op)));
    assertThat(on(() -> true)).isTrue();
    return answer;
  }

  @CanIgnoreReturnValue
  Content change(StorageOp op) {
    Future<Content> answer = propose(op);
    decideAll();
    return Await.result(answer);
  }

  @CanIgnoreReturnValue
  Content put(String key, String value) {
    return change(new Put(key, Blob.utf8(value), Expect.ANY, Life.FOREVER, List.of()));
  }

  /** The operations that are proposed and not decided. */
  List<StorageOp> proposed() {
    return on(
        () ->
            sent.stream()
                .map(s -> (LogEntry) FORMAT.decode(s.entry()))
                .flatMap(e -> e.mutations().stream())
                .map(Mutation::op)
                .toList());
  }

  /** Decides on the oldest entry that is proposed. */
  void decide() {
    Sent oldest = on(sent::remove);
    long index = store.applied().index() + 1;
    List<List<Result>> results =
        store.apply(List.of(new Committed(index, oldest.term(), oldest.entry())));
    oldest.promise().complete(results.getFirst());
    assertThat(on(() -> true)).isTrue();
  }

  void decideAll() {
    while (!proposed().isEmpty()) {
      decide();
    }
  }

  /**
   * Writes a key so often that the history reaches back no further than to these writes.
   *
   * @return the revision then
   */
  long fillHistory(String key) {
    Put put = new Put(key, Blob.EMPTY, Expect.ANY, Life.FOREVER, List.of());
    Mutation mutation = new Mutation("", 0, 0, put);
    Buffer entry = FORMAT.encode(new LogEntry(0, Collections.nCopies(1_000, mutation)));
    long end = store.revision() + 110_000;
    while (store.revision() < end) {
      long index = store.applied().index() + 1;
      assertThat(store.apply(List.of(new Committed(index, 1, entry)))).hasSize(1);
    }
    assertThat(on(() -> true)).isTrue();
    return store.revision();
  }

  /** Not after a reset of the voters, until {@link #lead}. */
  boolean leads() {
    return role == Role.LEADER;
  }

  @Override
  public void close() {
    Await.result(vertx.close().map(v -> true));
    store.close();
    memory.close();
  }

  private final class SteppedLog implements ReplicatedLog<List<Result>> {
    @Override
    public Future<List<Result>> propose(Buffer entry, long ofTerm) {
      if (role != Role.LEADER || ofTerm != term.get()) {
        return Future.failedFuture(new LogFailure.NotLeading(Optional.empty()));
      }
      Sent now = new Sent(entry, ofTerm, Promise.promise());
      sent.add(now);
      return now.promise().future();
    }

    @Override
    public Future<Long> readBarrier() {
      return Future.succeededFuture(store.applied().index());
    }

    @Override
    public LogStatus status() {
      long index = store.applied().index();
      return new LogStatus(
          role,
          term.get(),
          Optional.of(SELF),
          index,
          index,
          voters,
          Set.of(),
          0,
          true,
          0,
          Optional.empty());
    }

    @Override
    public Future<Void> changeVoters(Set<NodeId> to) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> transferTo(NodeId node) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> snapshot() {
      return Future.succeededFuture();
    }

    /** Steps down, as the engine does; {@link #lead} has it lead again. */
    @Override
    public Future<Void> resetVoters(Set<NodeId> to) {
      assertThat(to).containsExactly(SELF);
      role = Role.CANDIDATE;
      long now = term.incrementAndGet();
      store.following(Optional.empty(), now);
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
      return logClosed.future();
    }
  }

  /** The host is made without it. */
  private static final class NoEngine implements LogEngine {
    @Override
    public <R> ReplicatedLog<R> open(GroupConfig config, LogMachine<R> machine) {
      throw new LogFailure.Refused("no groups are opened here");
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  private static final class Deaf implements GroupListener {
    @Override
    public void leading(GroupHost host, long term) {}

    @Override
    public void following(GroupHost host) {}

    @Override
    public void applied(GroupHost host, Delta delta) {}

    @Override
    public void replaced(GroupHost host) {}

    @Override
    public void failed(GroupHost host, Throwable cause) {}
  }
}
