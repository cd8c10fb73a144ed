package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.log.LogStatus;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that a recovery has given up, and that are there again. */
class RecoveredAloneTest {
  private static final NodeId ONE = LogCluster.id(1);
  private static final NodeId TWO = LogCluster.id(2);
  private static final NodeId THREE = LogCluster.id(3);

  @TempDir Path root;

  /**
   * One is away while the others go on; then they are away, and one is made to go on alone.
   *
   * @return what the second and the third have on their disks
   */
  private static List<ListMachine> recovered(LogCluster cluster, int kept) {
    return recovered(cluster, kept, () -> {});
  }

  private static List<ListMachine> recovered(LogCluster cluster, int kept, Runnable before) {
    cluster.put("first");
    cluster.awaitEqual(1);
    ListMachine behind = cluster.stop(ONE).survived();
    cluster.putMany("lost", 10);
    cluster.awaitEqual(11);
    before.run();
    ListMachine two = cluster.stop(TWO).survived();
    ListMachine three = cluster.stop(THREE).survived();
    cluster.start(ONE, LogCluster.ids(1, 2, 3), behind);
    LogCluster.retry(
        "it takes the reset", () -> cluster.member(ONE).log().resetVoters(LogCluster.ids(1)));
    cluster.putMany("kept", kept);
    return List.of(two, three);
  }

  @Test
  void who_has_applied_what_a_recovery_has_lost_is_not_taken_in_with_it() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      ListMachine two = recovered(cluster, 20).getFirst();
      cluster.start(TWO, Set.of(), two);

      Future<Void> unused = cluster.member(ONE).log().changeVoters(LogCluster.ids(1, 2));

      Await.until(
          "it has stopped, or has what the group has and nothing else",
          () ->
              two.failure().isPresent()
                  || two.entries().equals(cluster.member(ONE).machine().entries()),
          LogCluster.LONG);
    }
  }

  @Test
  void who_goes_on_alone_is_not_deposed_by_those_who_were_given_up() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      List<ListMachine> others = recovered(cluster, 20);
      cluster.start(TWO, Set.of(), others.getFirst());
      cluster.start(THREE, Set.of(), others.getLast());

      for (int i = 0; i < 100; i++) {
        cluster.putApartFrom(ONE, "old" + i, () -> {});
      }

      Member one = cluster.member(ONE);
      assertThat(one.status().role()).isEqualTo(LogStatus.Role.LEADER);
      assertThat(Await.result(one.log().propose(Buffer.buffer("still")))).endsWith(":still");
      assertThat(one.machine().entries()).contains("kept19").doesNotContain("old99");
    }
  }

  /**
   * It is taken in again later, when it has stopped: nothing of the group hangs on it until then.
   */
  @Test
  void who_stops_for_what_it_has_applied_does_not_stop_the_group() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      ListMachine two = recovered(cluster, 20).getFirst();
      cluster.start(TWO, Set.of(), two);

      Future<Void> change = cluster.member(ONE).log().changeVoters(LogCluster.ids(1, 2));

      Await.until("it is refused", change::isComplete, LogCluster.LONG);
      assertThat(change.failed()).isTrue();
      assertThat(two.failure().orElseThrow())
          .hasMessageContaining("was recovered without this replica");
      cluster.put("goes on");
      assertThat(cluster.member(ONE).status().voters()).isEqualTo(Set.of(ONE));
    }
  }

  /** Its own snapshots have taken the place of the entries that would tell. */
  @Test
  void who_has_only_snapshots_of_what_was_lost_stops_too() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      ListMachine two = recovered(cluster, 5, () -> shorten(cluster)).getFirst();
      shorten(cluster);
      cluster.start(TWO, Set.of(), two);

      Future<Void> change = cluster.member(ONE).log().changeVoters(LogCluster.ids(1, 2));

      Await.until("it is refused", change::isComplete, LogCluster.LONG);
      assertThat(change.failed()).isTrue();
      assertThat(two.failure()).isPresent();
      cluster.put("goes on");
    }
  }

  private static void shorten(LogCluster cluster) {
    for (int i = 0; i < 2; i++) {
      cluster.put("shortens" + i);
      cluster.snapshot();
    }
  }

  @Test
  void who_has_applied_an_entry_of_another_term_than_its_log_has_stops() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.putMany("a", 10);
      ListMachine other = cluster.stop(ONE).survivedInAnotherTerm();

      cluster.start(ONE, LogCluster.ids(1), other);

      Await.until("it has stopped", () -> other.failure().isPresent(), LogCluster.LONG);
      assertThat(other.failure().orElseThrow())
          .hasMessageContaining("is not what the group has decided");
    }
  }

  @Test
  void who_was_only_cut_off_from_a_group_that_was_recovered_stops_when_it_is_taken_in() {
    try (LogCluster cluster = LogCluster.faulty(root, 3).startAll(1, 2, 3)) {
      cluster.put("first");
      cluster.awaitEqual(1);
      cluster.net.isolate(ONE, LogCluster.ids(1, 2, 3));
      for (int i = 0; i < 10; i++) {
        cluster.putApartFrom(ONE, "lost" + i, () -> {});
      }
      ListMachine two = cluster.member(TWO).machine();
      Await.until("the second has all of it", () -> two.has("lost9"), LogCluster.LONG);
      cluster.stop(THREE);
      Member one = cluster.member(ONE);
      LogCluster.retry("it takes the reset", () -> one.log().resetVoters(LogCluster.ids(1)));
      for (int i = 0; i < 20; i++) {
        Buffer entry = Buffer.buffer("kept" + i);
        LogCluster.retry("it is kept", () -> one.log().propose(entry));
      }
      cluster.net.heal();

      Await.until(
          "the second has stopped",
          () -> {
            Future<Void> change = one.log().changeVoters(LogCluster.ids(1, 2));
            Await.until("the change ends", change::isComplete, LogCluster.LONG);
            return two.failure().isPresent();
          },
          LogCluster.LONG);

      LogCluster.retry("the first goes on", () -> one.log().propose(Buffer.buffer("on")));
      assertThat(one.machine().entries()).contains("kept19", "on").doesNotContain("lost9");
    }
  }
}
