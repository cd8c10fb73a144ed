package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import io.hawser.model.NodeId;
import io.hawser.model.Rendezvous;
import io.hawser.storage.jraft.LogCluster.Member;
import io.hawser.storage.transport.Peers;
import io.hawser.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoverTest {
  @TempDir Path root;

  private static GuardedNode node(Member member) {
    return ((Replica<?>) member.log()).node();
  }

  private static boolean votesFor(Member voter, NodeId candidate, long term) {
    return votesFor(voter, candidate, term, 1_000);
  }

  private static boolean votesFor(Member voter, NodeId candidate, long term, long lastIndex) {
    RequestVoteRequest request =
        RequestVoteRequest.newBuilder()
            .setGroupId("group")
            .setServerId(Peers.peer(candidate).toString())
            .setPeerId(Peers.peer(voter.id()).toString())
            .setTerm(term)
            .setLastLogIndex(lastIndex)
            .setLastLogTerm(lastIndex < 0 ? 0 : term - 1)
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

  /** Votes are written to the disk: time enough for the other to look too early. */
  @Test
  void who_is_giving_its_vote_just_now_does_not_stand_either() {
    try (LogCluster cluster = LogCluster.direct(root)) {
      Member voter = cluster.start(LogCluster.id(1), LogCluster.ids(1, 2, 3), new ListMachine());
      NodeId candidate = LogCluster.id(2);
      NodeId lost = LogCluster.id(3);
      ExecutorService one = Executors.newSingleThreadExecutor();
      try {
        for (long term = 1_000; term < 1_200; term += 2) {
          long now = term;
          // As a follower in a new term, with its vote still to give.
          assertThat(votesFor(voter, candidate, now, -1)).isFalse();
          CyclicBarrier both = new CyclicBarrier(2);
          Future<Boolean> stood =
              one.submit(
                  () -> {
                    both.await();
                    return node(voter).standFor(lost, now - 1);
                  });
          both.await();
          boolean voted = votesFor(voter, candidate, now, 1_000);
          assertThat(voted && stood.get()).as("both in term " + now).isFalse();
        }
      } finally {
        one.shutdownNow();
      }
    } catch (InterruptedException | BrokenBarrierException | ExecutionException e) {
      throw new AssertionError(e);
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

  @Test
  void heirs_take_turns_and_who_has_much_to_apply_comes_after_all_others() {
    NodeId gone = LogCluster.id(3);
    List<NodeId> heirs = Rendezvous.ranked("group", List.of(LogCluster.id(1), LogCluster.id(2)));

    assertThat(turn(heirs.getFirst(), gone, 64)).isZero();
    assertThat(turn(heirs.getLast(), gone, 0)).isOne();
    assertThat(turn(heirs.getFirst(), gone, 65)).isEqualTo(2);
    assertThat(turn(heirs.getLast(), gone, 1_000)).isEqualTo(3);
    assertThat(turn(LogCluster.id(4), gone, 1_000)).isNegative();
    assertThat(turn(gone, gone, 0)).isNegative();
  }

  private static int turn(NodeId self, NodeId gone, long unapplied) {
    return Takeover.turn("group", LogCluster.ids(1, 2, 3), gone, self, unapplied);
  }

  @Test
  void what_is_not_applied_yet_is_known() {
    CountDownLatch held = new CountDownLatch(1);
    try (LogCluster cluster = LogCluster.direct(root).startAll(1, 2, 3)) {
      cluster.put("a");
      cluster.awaitEqual(1);
      Member follower = cluster.followers().getFirst();
      follower.machine().hold(held);
      cluster.putMany("b", 200);
      Await.until(
          "it has much that it has not applied",
          () -> node(follower).unapplied() > 100,
          LogCluster.LONG);

      held.countDown();

      Await.until("all is applied", () -> node(follower).unapplied() == 0, LogCluster.LONG);
    } finally {
      held.countDown();
    }
  }
}
