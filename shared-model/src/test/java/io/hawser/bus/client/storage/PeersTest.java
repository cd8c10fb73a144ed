package io.hawser.bus.client.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.node.Time;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final String GROUP = "data-0";
  private static final NodeId SELF = new NodeId("node-0");
  private static final NodeId B = new NodeId("node-1");
  private static final NodeId C = new NodeId("node-2");

  private final Vertx vertx = Vertx.vertx();
  private final Peers peers =
      new Peers(TestNode.cluster(vertx, 3, Time.SYSTEM).getFirst().members(), lost -> {});

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  @Test
  void this_node_is_asked_first_when_it_has_a_replica_or_nobody_knows_who_has() {
    assertThat(peers.order(GROUP, List.of(B, SELF)).getFirst()).isEqualTo(SELF);
    assertThat(peers.order(GROUP, List.of()).getFirst()).isEqualTo(SELF);
  }

  @Test
  void who_has_no_replica_is_asked_last_be_it_this_node() {
    assertThat(peers.order(GROUP, List.of(B, C))).endsWith(SELF).contains(B, C);
    assertThat(peers.order(GROUP, List.of(SELF, B))).containsExactly(SELF, B, C);
  }
}
