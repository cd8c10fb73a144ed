package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogStatus.Role;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
  @TempDir Path root;

  @Test
  void a_group_grows_from_one_to_three_in_one_change() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.putMany("a", 100);
      startEmpty(cluster, 2, 3);
      assertThat(cluster.member(LogCluster.id(2)).status().role()).isEqualTo(Role.OUTSIDE);
      cluster.change(LogCluster.ids(1, 2, 3));
      cluster.put("b");
      cluster.awaitEqual(101);
      assertThat(cluster.leader().status().voters()).isEqualTo(LogCluster.ids(1, 2, 3));
    }
  }

  /** To read all of its log at once would take longer than JRaft waits for a newcomer's answer. */
  @Test
  void a_newcomer_far_behind_is_not_given_up_while_its_leader_reads_the_log() {
    try (LogCluster cluster =
        LogCluster.direct(root)
            .patient()
            .disk(rocks -> FailingDisk.slow(rocks, 100_000))
            .startAll(1)) {
      cluster.putMany("a", 34_000);
      startEmpty(cluster, 2);
      Future<Void> change = cluster.leader().log().changeVoters(LogCluster.ids(1, 2));
      Await.until("the change ends", change::isComplete, LogCluster.LONG);
      assertThat(change).matches(Future::succeeded, "the first try succeeds");
      cluster.awaitEqual(34_000);
    }
  }

  @Test
  void a_fourth_node_replaces_one_of_three() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("a", 100);
      startEmpty(cluster, 4);
      cluster.change(LogCluster.ids(1, 2, 3, 4));
      cluster.put("b");
      NodeId gone = cluster.followers().getFirst().id();
      Set<NodeId> rest = new HashSet<>(LogCluster.ids(1, 2, 3, 4));
      rest.remove(gone);
      cluster.change(rest);
      cluster.stop(gone);
      cluster.put("c");
      cluster.awaitEqual(102);
      assertThat(cluster.leader().status().voters()).isEqualTo(rest);
    }
  }

  @Test
  void a_leader_removes_itself_and_another_one_follows() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("a", 10);
      Member leader = cluster.leader();
      Set<NodeId> rest = new HashSet<>(LogCluster.ids(1, 2, 3));
      rest.remove(leader.id());
      cluster.change(rest);
      Member next = cluster.leaderOtherThan(Set.of(leader.id()));
      Await.until(
          "the old one is outside", () -> leader.status().role() == Role.OUTSIDE, LogCluster.LONG);
      cluster.stop(leader.id());
      cluster.put("b");
      cluster.awaitEqual(11);
      assertThat(next.status().voters()).isEqualTo(rest);
    }
  }

  @Test
  void leadership_goes_to_the_node_that_is_named() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("a", 10);
      cluster.awaitEqual(10);
      Member heir = cluster.followers().getFirst();
      LogCluster.retry("it is asked", () -> cluster.leader().log().transferTo(heir.id()));
      Await.until("the heir leads", () -> heir.status().role() == Role.LEADER, LogCluster.LONG);
      cluster.put("b");
      cluster.awaitEqual(11);
    }
  }

  @Test
  void a_follower_changes_no_members() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      Await.until(
          "a follower refuses",
          () ->
              Await.failure(cluster.followers().getFirst().log().changeVoters(LogCluster.ids(1)))
                  instanceof LogFailure.NotLeading);
    }
  }

  @Test
  void a_survivor_of_a_lost_majority_is_made_to_go_on_alone() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("a", 10);
      cluster.awaitEqual(10);
      cluster.stop(LogCluster.id(2));
      cluster.stop(LogCluster.id(3));
      // Refused while it leads in vain: it has to step down first.
      LogCluster.retry(
          "it takes the reset",
          () -> cluster.member(LogCluster.id(1)).log().resetVoters(LogCluster.ids(1)));
      cluster.put("b");
      cluster.awaitEqual(11);
    }
  }

  @Test
  void members_change_at_random_under_load_and_nothing_acknowledged_is_lost() {
    Random random = new Random(7);
    Set<String> acknowledged = new HashSet<>();
    try (LogCluster cluster = LogCluster.direct(root).snapshotEvery(40).startAll(1)) {
      startEmpty(cluster, 2, 3, 4);
      for (int round = 0; round < 12; round++) {
        Member leader = cluster.leader();
        List<Future<String>> writes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          writes.add(leader.log().propose(Buffer.buffer("r" + round + "." + i)));
        }
        Future<Void> change = leader.log().changeVoters(some(random));
        Await.until("the change ends", change::isComplete, LogCluster.LONG);
        for (Future<String> write : writes) {
          Await.until("the write ends", write::isComplete, LogCluster.LONG);
          if (write.succeeded()) {
            acknowledged.add(write.result().substring(write.result().indexOf(':') + 1));
          }
        }
        acknowledged.add(cluster.put("p" + round).replaceFirst("\\d+:", ""));
      }
      cluster.change(LogCluster.ids(1, 2, 3, 4));
      cluster.put("end");
      Await.until("all are equal", () -> equal(cluster), LogCluster.LONG);
      assertThat(cluster.leader().machine().entries()).containsAll(acknowledged);
      assertThat(acknowledged).hasSizeGreaterThan(12);
    }
  }

  private static boolean equal(LogCluster cluster) {
    return cluster.members().stream().map(m -> m.machine().entries()).distinct().count() == 1
        && cluster.leader().machine().has("end");
  }

  /** One or three of the four nodes. */
  private static Set<NodeId> some(Random random) {
    Set<NodeId> chosen = new HashSet<>(LogCluster.ids(1, 2, 3, 4));
    chosen.remove(LogCluster.id(1 + random.nextInt(4)));
    return random.nextInt(4) == 0 ? Set.of(chosen.iterator().next()) : chosen;
  }

  private static void startEmpty(LogCluster cluster, int... numbers) {
    for (int number : numbers) {
      cluster.start(LogCluster.id(number), Set.of(), new ListMachine());
    }
  }
}
