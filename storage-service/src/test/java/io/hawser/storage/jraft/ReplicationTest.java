package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.LogFailure;
import io.hawser.storage.log.LogStatus;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationTest {
  @TempDir Path root;

  @Test
  void entries_reach_all_replicas_in_one_order() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.putMany("e", 1000);
      cluster.awaitEqual(1000);
      for (Member member : cluster.members()) {
        assertThat(member.machine().entries()).isEqualTo(cluster.leader().machine().entries());
      }
    }
  }

  @Test
  void a_follower_refuses_entries_and_names_the_leader() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("first");
      cluster.awaitEqual(1);
      Await.until(
          "a follower names the leader",
          () -> {
            NodeId leader = cluster.leader().id();
            Future<String> refused =
                cluster.followers().getFirst().log().propose(Buffer.buffer("x"));
            Await.until("it is answered", refused::isComplete);
            return refused.cause() instanceof LogFailure.NotLeading failure
                && failure.leader().equals(Optional.of(leader));
          });
    }
  }

  @Test
  void a_read_barrier_on_any_replica_sees_what_was_acknowledged() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      for (int i = 0; i < 20; i++) {
        String text = "e" + i;
        cluster.put(text);
        for (Member member : cluster.members()) {
          LogCluster.retry("it is confirmed", () -> member.log().readBarrier());
          assertThat(member.machine().has(text)).isTrue();
        }
      }
    }
  }

  @Test
  void what_is_proposed_for_another_term_is_refused() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.put("a");
      Member leader = cluster.leader();
      long term = leader.status().term();
      assertThat(Await.failure(leader.log().propose(Buffer.buffer("x"), term + 1)))
          .isInstanceOf(LogFailure.NotLeading.class);
      Await.result(leader.log().propose(Buffer.buffer("b"), term));
      cluster.awaitEqual(2);
    }
  }

  @Test
  void what_is_open_is_not_opened_again_and_is_after_a_close() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      cluster.put("a");
      Member one = cluster.leader();
      NodeId id = one.id();
      GroupConfig group = new GroupConfig("group", cluster.directory(id), LogCluster.ids(1));
      assertThatThrownBy(() -> one.engine().open(group, new ListMachine()))
          .isInstanceOf(LogFailure.Refused.class);
      Await.result(one.log().close());
      Await.result(one.log().close());
      ListMachine machine = one.machine().survived();
      ReplicatedLog<String> again = one.engine().open(group, machine);
      LogCluster.retry("it writes", () -> again.propose(Buffer.buffer("b")));
      assertThat(machine.has("b")).isTrue();
    }
  }

  @Test
  void an_idle_replica_has_applied_what_is_committed() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1)) {
      Await.until(
          "nothing is left",
          () -> {
            LogStatus status = cluster.leader().status();
            return status.committed() > 0 && status.applied() == status.committed();
          });
    }
  }
}
