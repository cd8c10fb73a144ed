package io.hawser.storage.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Presence;
import io.hawser.model.RosterMessage.ReplicaRole;
import io.hawser.model.RosterMessage.ReplicaStatus;
import io.hawser.storage.operate.Lags.Lag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LagsTest {
  private static final NodeId SELF = new NodeId("self");
  private static final NodeId NEAR = new NodeId("near");
  private static final NodeId FAR = new NodeId("far");

  private static ReplicaStatus replica(String group, ReplicaRole role, long applied) {
    List<NodeId> voters = List.of(SELF, NEAR, FAR);
    return new ReplicaStatus(group, role, 1, Optional.empty(), applied, applied, voters, 0, 1);
  }

  private static Presence presence(NodeId id, ReplicaStatus... replicas) {
    return new Presence(
        id, "c", "disk", "join", "h", 1, "", "z", 1, 0, false, 1, List.of(replicas));
  }

  @Test
  void who_leads_shows_how_far_each_follower_is_behind() {
    Map<NodeId, Presence> heard =
        Map.of(
            NEAR,
            presence(NEAR, replica("meta", ReplicaRole.FOLLOWER, 120)),
            FAR,
            presence(FAR, replica("meta", ReplicaRole.FOLLOWER, 40)),
            SELF,
            presence(SELF, replica("meta", ReplicaRole.LEADER, 1)));
    List<ReplicaStatus> own =
        List.of(
            replica("meta", ReplicaRole.LEADER, 100), replica("data-0", ReplicaRole.FOLLOWER, 9));

    assertThat(Lags.of(SELF, own, id -> Optional.ofNullable(heard.get(id))))
        .containsExactly(new Lag("meta", NEAR, 0), new Lag("meta", FAR, 60));
    assertThat(Lags.of(SELF, own, id -> Optional.empty())).isEmpty();
  }
}
