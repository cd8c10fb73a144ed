package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import io.hawser.model.NodeId;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.transport.Peers;
import io.hawser.testing.Await;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoverTest {
  @TempDir Path root;

  private static GuardedNode node(Member member) {
    return ((Replica<?>) member.log()).node();
  }

  private static boolean votesFor(Member voter, NodeId candidate, long term) {
    RequestVoteRequest request =
        RequestVoteRequest.newBuilder()
            .setGroupId("group")
            .setServerId(Peers.peer(candidate).toString())
            .setPeerId(Peers.peer(voter.id()).toString())
            .setTerm(term)
            .setLastLogIndex(1_000)
            .setLastLogTerm(term - 1)
            .setPreVote(false)
            .build();
    return ((RequestVoteResponse) node(voter).handleRequestVoteRequest(request)).getGranted();
  }

  @Test
  void who_has_given_its_vote_does_not_stand_against_whom_it_gave_it_to() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      cluster.awaitEqual(1);
      Member leader = cluster.leader();
      long term = leader.status().term();
      Member voter = cluster.followers().getFirst();
      Member candidate = cluster.followers().getLast();

      assertThat(votesFor(voter, candidate.id(), term + 5)).isTrue();
      assertThat(node(voter).standFor(leader.id(), term)).isFalse();
    }
  }

  @Test
  void nobody_stands_for_one_that_is_gone_when_another_one_leads() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      cluster.awaitEqual(1);
      Member leader = cluster.leader();
      Member follower = cluster.followers().getFirst();
      NodeId gone = cluster.followers().getLast().id();

      assertThat(node(follower).standFor(gone, leader.status().term() - 1)).isFalse();
    }
  }

  @Test
  void a_follower_stands_for_the_leader_that_it_has_lost() {
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      cluster.awaitEqual(1);
      Member leader = cluster.leader();
      Member follower = cluster.followers().getFirst();

      long term = leader.status().term();

      assertThat(node(follower).standFor(leader.id(), term)).isTrue();
      Await.until(
          "a later term has begun",
          () -> cluster.findLeader(Set.of()).filter(m -> m.status().term() > term).isPresent(),
          LogCluster.LONG);
      cluster.put("b");
    }
  }
}
