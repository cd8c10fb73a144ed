package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogStatus.Role;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionTest {
  @TempDir Path root;

  @Test
  void a_leader_that_is_cut_off_gives_no_stale_read() {
    try (LogCluster cluster = LogCluster.faulty(root, 1).startAll(1, 2, 3)) {
      for (int round = 0; round < 3; round++) {
        cluster.put("before" + round);
        Member old = cluster.leader();
        cluster.net.isolate(old.id(), LogCluster.ids(1, 2, 3));
        String before = "before" + round;
        String text = "new" + round;
        cluster.putApartFrom(old.id(), text, () -> checked(old, before));
        // Whoever asks now must see it, or be refused.
        checked(old, text);
        cluster.net.heal();
        Await.until("it has caught up", () -> old.machine().has(text), LogCluster.LONG);
      }
    }
  }

  /** A read that is confirmed sees the text; one that is refused sees nothing wrong. */
  private static void checked(Member member, String text) {
    Future<Long> barrier = member.log().readBarrier();
    Await.until("the barrier ends", barrier::isComplete);
    if (barrier.succeeded()) {
      assertThat(member.machine().has(text)).isTrue();
    } else {
      assertThat(barrier.cause())
          .isInstanceOfAny(LogFailure.NoQuorum.class, LogFailure.NotLeading.class);
    }
  }

  @Test
  void a_leader_that_shrinks_the_group_to_itself_while_cut_off_gives_no_stale_read() {
    try (LogCluster cluster = LogCluster.faulty(root, 2).startAll(1, 2, 3)) {
      cluster.put("before");
      Member old = cluster.leader();
      cluster.net.isolate(old.id(), LogCluster.ids(1, 2, 3));
      Future<Void> unused = old.log().changeVoters(Set.of(old.id()));
      cluster.putApartFrom(old.id(), "new", () -> checked(old, "before"));
      checked(old, "new");
      cluster.net.heal();
      Await.until("it has caught up", () -> old.machine().has("new"), LogCluster.LONG);
    }
  }

  @Test
  void what_a_cut_off_leader_took_is_never_acknowledged_by_it() {
    try (LogCluster cluster = LogCluster.faulty(root, 3).startAll(1, 2, 3)) {
      cluster.put("before");
      Member old = cluster.leader();
      cluster.net.isolate(old.id(), LogCluster.ids(1, 2, 3));
      Future<String> lost = old.log().propose(Buffer.buffer("lost"));
      cluster.putApartFrom(old.id(), "new", () -> {});
      Await.until("it is told", lost::isComplete, LogCluster.LONG);
      // NotLeading on a machine so busy that it had stepped down before.
      assertThat(lost.cause())
          .isInstanceOfAny(LogFailure.LostLeadership.class, LogFailure.NotLeading.class);
      cluster.net.heal();
      Await.until("it follows", () -> old.status().role() == Role.FOLLOWER, LogCluster.LONG);
      cluster.put("after");
      cluster.awaitEqual(3);
      assertThat(old.machine().entries()).containsOnly("before", "new", "after");
    }
  }

  @Test
  void a_leader_whose_words_get_lost_one_way_is_replaced() {
    try (LogCluster cluster = LogCluster.faulty(root, 4).startAll(1, 2, 3)) {
      cluster.put("before");
      Member old = cluster.leader();
      cluster.followers().forEach(m -> cluster.net.cut(old.id(), m.id()));
      cluster.putApartFrom(old.id(), "new", () -> {});
      cluster.net.heal();
      cluster.put("after");
      Await.until(
          "all have it",
          () -> cluster.members().stream().allMatch(m -> m.machine().has("after")),
          LogCluster.LONG);
    }
  }
}
