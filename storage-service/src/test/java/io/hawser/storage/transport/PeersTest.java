package io.hawser.storage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.PeerId;
import io.hawser.model.NodeId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeersTest {
  @ParameterizedTest
  @ValueSource(strings = {"n1", "host:7000", "a@b.c:7_0-1:x"})
  void a_node_id_comes_back_as_it_was(String id) {
    NodeId node = new NodeId(id);
    PeerId read = new PeerId();
    assertThat(read.parse(Peers.peer(node).toString())).isTrue();
    assertThat(Peers.node(read)).isEqualTo(node);
  }
}
