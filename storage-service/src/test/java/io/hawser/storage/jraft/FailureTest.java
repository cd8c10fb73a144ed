package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.storage.LogStorage;
import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogStatus.Role;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTest {
  @TempDir Path root;

  @Test
  void when_the_leader_dies_another_one_takes_over_with_everything() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("a", 100);
      Member old = cluster.leader();
      cluster.kill(old.id());
      Member next = cluster.leaderOtherThan(Set.of(old.id()));
      assertThat(next.id()).isNotEqualTo(old.id());
      cluster.put("b");
      cluster.awaitEqual(101);
    }
  }

  @Test
  void a_machine_that_throws_stops_its_replica_and_the_others_go_on() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      cluster.awaitEqual(1);
      Member broken = cluster.leader();
      broken.machine().poison("b");
      assertThat(Await.failure(broken.log().propose(Buffer.buffer("b"))))
          .isInstanceOf(LogFailure.class);
      Await.until("it has failed", () -> broken.machine().failure().isPresent());
      assertThat(broken.status().role()).isEqualTo(Role.FAILED);
      assertThat(Await.failure(broken.log().readBarrier())).isInstanceOf(LogFailure.Stopped.class);
      cluster.leaderOtherThan(Set.of(broken.id()));
      cluster.stop(broken.id());
      cluster.put("c");
      cluster.awaitEqual(3);
    }
  }

  @Test
  void a_disk_that_fails_stops_its_replica_and_the_others_go_on() {
    AtomicBoolean full = new AtomicBoolean();
    List<FailingDisk> disks = new ArrayList<>();
    try (LogCluster cluster =
        LogCluster.direct(root)
            .disk(
                rocks -> {
                  disks.add(new FailingDisk(rocks, disks.isEmpty() ? full : new AtomicBoolean()));
                  return disks.getLast();
                })) {
      // The first of them writes to the disk that will fail.
      cluster.startAll(1, 2, 3);
      cluster.put("a");
      cluster.awaitEqual(1);
      full.set(true);
      cluster.put("b");
      Await.until(
          "one has failed",
          () -> cluster.members().stream().anyMatch(m -> m.status().role() == Role.FAILED),
          LogCluster.LONG);
      Member broken =
          cluster.members().stream()
              .filter(m -> m.status().role() == Role.FAILED)
              .findFirst()
              .orElseThrow();
      assertThat(broken.status().failure()).isPresent();
      cluster.stop(broken.id());
      cluster.put("c");
      Await.until(
          "the others have it",
          () -> cluster.members().stream().allMatch(m -> m.machine().has("c")));
    }
  }

  @Test
  void a_leader_applies_nothing_before_it_is_on_its_own_disk() throws InterruptedException {
    Semaphore disk = new Semaphore(1);
    try (LogCluster cluster = LogCluster.direct(root).disk(rocks -> behind(disk, rocks))) {
      startInOrder(cluster);
      Await.until("the first one leads", () -> hand(cluster, LogCluster.id(1)), LogCluster.LONG);
      cluster.put("a");
      cluster.awaitEqual(1);
      Member leader = cluster.leader();
      disk.acquire();
      Future<String> write = leader.log().propose(Buffer.buffer("b"));
      Await.until(
          "the others have it",
          () -> cluster.followers().stream().allMatch(m -> m.machine().has("b")),
          LogCluster.LONG);

      assertThat(leader.machine().has("b")).isFalse();
      assertThat(write.isComplete()).isFalse();
      disk.release();
      Await.until("it has it", write::isComplete, LogCluster.LONG);
      assertThat(write.succeeded()).isTrue();
      assertThat(leader.machine().has("b")).isTrue();
    }
  }

  private final AtomicBoolean firstIsMade = new AtomicBoolean();

  /** Only the first node's disk waits. */
  private LogStorage behind(Semaphore disk, LogStorage rocks) {
    return firstIsMade.compareAndSet(false, true)
        ? new FailingDisk(rocks, new AtomicBoolean(), () -> pass(disk))
        : rocks;
  }

  private static void pass(Semaphore disk) {
    disk.acquireUninterruptibly();
    disk.release();
  }

  private static void startInOrder(LogCluster cluster) {
    for (int number = 1; number <= 3; number++) {
      cluster.start(LogCluster.id(number), LogCluster.ids(1, 2, 3), new ListMachine());
    }
  }

  private static boolean hand(LogCluster cluster, NodeId to) {
    Member leader = cluster.leader();
    if (!leader.id().equals(to)) {
      Future<Void> handed = leader.log().transferTo(to);
      Await.until("the order is answered", handed::isComplete, LogCluster.LONG);
    }
    return cluster.leader().id().equals(to);
  }

  @Test
  void a_leader_whose_disk_was_full_is_opened_again_with_everything() {
    AtomicBoolean full = new AtomicBoolean();
    try (LogCluster cluster =
        LogCluster.direct(root)
            .disk(
                rocks ->
                    firstIsMade.compareAndSet(false, true)
                        ? new FailingDisk(rocks, full)
                        : rocks)) {
      startInOrder(cluster);
      NodeId first = LogCluster.id(1);
      Await.until("the first one leads", () -> hand(cluster, first), LogCluster.LONG);
      cluster.put("a");
      cluster.awaitEqual(1);
      full.set(true);
      cluster.put("b");
      Await.until(
          "it has failed",
          () -> cluster.member(first).status().role() == Role.FAILED,
          LogCluster.LONG);

      full.set(false);
      cluster.reopen(first);
      cluster.put("c");
      cluster.awaitEqual(3);
      Await.until("it leads again", () -> hand(cluster, first), LogCluster.LONG);
      cluster.put("d");
      cluster.awaitEqual(4);
    }
  }

  @Test
  void a_leader_without_a_majority_takes_only_so_many_entries() {
    try (LogCluster cluster = LogCluster.direct(root).queue(10).startAll(1, 2, 3)) {
      cluster.put("a");
      Member leader = cluster.leader();
      cluster.followers().forEach(m -> cluster.stop(m.id()));
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(leader.log().propose(Buffer.buffer("x" + i)));
      }
      for (Future<String> one : all) {
        Await.until("it ends", one::isComplete, LogCluster.LONG);
      }
      assertThat(all.getLast().cause())
          .isInstanceOfAny(LogFailure.Overloaded.class, LogFailure.NotLeading.class);
      assertThat(all.getFirst().cause())
          .isInstanceOfAny(LogFailure.LostLeadership.class, LogFailure.NotLeading.class);
    }
  }

  @Test
  void without_a_majority_a_read_barrier_fails() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      Member leader = cluster.leader();
      cluster.followers().forEach(m -> cluster.stop(m.id()));
      assertThat(Await.failure(leader.log().readBarrier()))
          .isInstanceOfAny(LogFailure.NoQuorum.class, LogFailure.NotLeading.class);
    }
  }

  @Test
  void a_listener_that_throws_stops_nothing() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      Member leader = cluster.leader();
      Future<String> write = heardBadly(leader.log().propose(Buffer.buffer("b")));
      Future<Long> read = heardBadly(leader.log().readBarrier());
      Await.until("both end", () -> write.isComplete() && read.isComplete(), LogCluster.LONG);
      cluster.put("c");
      cluster.awaitEqual(3);
      assertThat(leader.status().failure()).isEmpty();
    }
  }

  private static <T> Future<T> heardBadly(Future<T> news) {
    try {
      return news.onComplete(
          done -> {
            throw new IllegalStateException("a bad listener");
          });
    } catch (IllegalStateException e) {
      // It was there already, and this thread has told.
      return news;
    }
  }

  @Test
  void a_replica_that_cannot_save_its_vote_gives_none() throws IOException {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      cluster.awaitEqual(1);
      Member old = cluster.leader();
      Member broken = cluster.followers().getFirst();
      Member other = cluster.followers().getLast();
      // What it would write to first.
      Files.createDirectories(
          cluster.directory(broken.id()).resolve("meta").resolve("raft_meta.tmp"));
      ListMachine machine = cluster.kill(old.id()).survived();
      Await.until("it stops", () -> broken.status().role() == Role.FAILED, LogCluster.LONG);
      assertThat(other.status().role()).isNotEqualTo(Role.LEADER);
      cluster.start(old.id(), LogCluster.ids(1, 2, 3), machine);
      cluster.leaderOtherThan(Set.of(broken.id()));
      cluster.stop(broken.id());
      cluster.put("b");
      cluster.awaitEqual(2);
    }
  }
}
