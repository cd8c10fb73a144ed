package io.hawser.storage.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.hawser.bus.WireFormat;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.node.Time;
import io.hawser.storage.core.Delta;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.group.GroupListener;
import io.hawser.storage.group.Household;
import io.hawser.storage.group.Room;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.LogEngine;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogMachine;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.nativelib.RocksLibrary;
import io.hawser.storage.rocks.RocksMemory;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicasTest {
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();

  private volatile Runnable meanwhile = () -> {};
  private final AtomicReference<String> trouble = new AtomicReference<>("broken");

  @AfterEach
  void end() {
    Await.result(vertx.close().map(v -> true));
  }

  /** No group opens on it. */
  private final class Broken implements LogEngine {
    @Override
    public <R> ReplicatedLog<R> open(GroupConfig config, LogMachine<R> machine) {
      meanwhile.run();
      String why = trouble.get();
      if (!why.isEmpty()) {
        throw new LogFailure.Stopped(why, false);
      }
      return new StillLog<>(stopped);
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

  private final AtomicReference<Optional<String>> stopped = new AtomicReference<>(Optional.empty());

  /** Of a group in which nothing happens, until it has stopped. */
  private record StillLog<R>(AtomicReference<Optional<String>> failure)
      implements ReplicatedLog<R> {
    @Override
    public Future<R> propose(Buffer entry, long term) {
      return Future.failedFuture("nothing happens");
    }

    @Override
    public Future<Long> readBarrier() {
      return Future.failedFuture("nothing happens");
    }

    @Override
    public LogStatus status() {
      return new LogStatus(
          failure.get().isPresent() ? LogStatus.Role.FAILED : LogStatus.Role.FOLLOWER,
          1,
          Optional.empty(),
          0,
          0,
          Set.of(),
          Set.of(),
          0,
          true,
          0,
          failure.get());
    }

    @Override
    public Future<Void> changeVoters(Set<NodeId> voters) {
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

    @Override
    public Future<Void> resetVoters(Set<NodeId> voters) {
      return Future.succeededFuture();
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

  private Replicas replicas(RocksMemory memory) throws IOException {
    Household house =
        new Household(
            vertx.getOrCreateContext(),
            new NodeId("n"),
            () -> "c",
            dir,
            new Broken(),
            memory,
            new WireFormat(List.of()),
            Time.SYSTEM,
            voters -> new Room(false, 0, 0),
            voters -> 1);
    return new Replicas(house, Replicas.onDisk(dir), new Deaf());
  }

  @Test
  void a_replica_on_disk_is_told_of_before_it_is_open_and_is_not_made_anew() throws IOException {
    RocksLibrary.load(dir.resolveSibling(dir.getFileName() + "-native"));
    Path replica = Files.createDirectories(dir.resolve("data-0"));
    Files.writeString(replica.resolve(Replicas.FILE), "{\"epoch\":7}");
    Path other = Files.createDirectories(dir.resolve("no-replica"));
    assertThat(other).isDirectory();
    try (RocksMemory memory = new RocksMemory()) {
      Replicas replicas = replicas(memory);

      assertThat(replicas.statuses())
          .extracting(ReplicaStatus::group, ReplicaStatus::role)
          .containsExactly(tuple("data-0", ReplicaRole.CANDIDATE));
      assertThatThrownBy(() -> Await.result(replicas.make("data-0", Set.of(), 8).map(v -> true)))
          .hasStackTraceContaining("is being opened");

      boolean unused = Await.result(replicas.openAll(Set.of()).map(v -> true));
      assertThat(replicas.statuses())
          .extracting(ReplicaStatus::group, ReplicaStatus::role)
          .containsExactly(tuple("data-0", ReplicaRole.FAILED));
    }
  }

  @Test
  void what_has_stopped_on_a_full_disk_is_opened_again_when_there_is_room() throws IOException {
    RocksLibrary.load(dir.resolveSibling(dir.getFileName() + "-native"));
    trouble.set("");
    try (RocksMemory memory = new RocksMemory()) {
      Replicas replicas = replicas(memory);
      Await.result(replicas.make("data-0", Set.of(), 1).map(v -> true));
      stopped.set(Optional.of("Fail to append log entries"));
      replicas.look(true, 0);
      assertThat(roles(replicas)).containsExactly(ReplicaRole.FAILED);

      trouble.set("cannot open: No space left on device");
      GroupHost before = replicas.host("data-0").orElseThrow();
      replicas.look(false, SECONDS.toNanos(1));
      assertThat(roles(replicas)).as("it is being opened").containsExactly(ReplicaRole.CANDIDATE);
      Await.until("it does not open", () -> roles(replicas).contains(ReplicaRole.FAILED));

      trouble.set("");
      stopped.set(Optional.empty());
      replicas.look(false, SECONDS.toNanos(2));
      assertThat(roles(replicas)).as("not so soon").containsExactly(ReplicaRole.FAILED);
      replicas.look(false, SECONDS.toNanos(60));
      Await.until("it is open", () -> replicas.host("data-0").isPresent());
      assertThat(replicas.host("data-0").orElseThrow()).isNotSameAs(before);
      assertThat(roles(replicas)).containsExactly(ReplicaRole.FOLLOWER);
      Await.result(replicas.close().map(v -> true));
    }
  }

  private static List<ReplicaRole> roles(Replicas replicas) {
    return replicas.statuses().stream().map(ReplicaStatus::role).toList();
  }

  @Test
  void what_a_crash_has_left_of_a_removed_replica_is_none() throws IOException {
    Path replica = Files.createDirectories(dir.resolve("data-0"));
    Path removed = Files.createDirectories(dir.resolve("data-1.removed"));
    for (Path each : List.of(replica, removed)) {
      Files.writeString(each.resolve(Replicas.FILE), "{\"epoch\":7}");
    }

    assertThat(Replicas.onDisk(dir)).containsExactly("data-0");

    assertThat(removed).doesNotExist();
    assertThat(replica).exists();
  }

  @Test
  void a_node_that_stops_waits_for_what_it_is_opening() throws IOException {
    RocksLibrary.load(dir.resolveSibling(dir.getFileName() + "-native"));
    Promise<Void> begun = Promise.promise();
    Promise<Void> goOn = Promise.promise();
    meanwhile =
        () -> {
          begun.complete();
          Await.result(goOn.future());
        };
    try (RocksMemory memory = new RocksMemory()) {
      Replicas replicas = replicas(memory);
      Future<Void> made = replicas.make("data-0", Set.of(), 1);
      Await.result(begun.future());
      Future<Void> closed = replicas.close();
      assertThat(closed.isComplete()).isFalse();
      goOn.complete();
      Await.result(closed);
      assertThat(Await.failure(made)).hasMessageContaining("broken");
      assertThat(Await.failure(replicas.make("data-1", Set.of(), 1))).hasMessage("this node stops");
    }
  }
}
