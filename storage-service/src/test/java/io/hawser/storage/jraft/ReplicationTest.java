package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.log.LogFailure;
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
}
