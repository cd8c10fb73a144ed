package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class NodeConfigTest {
  @Test
  void dotted_settings_become_nested_yaml() {
    NodeConfig config = NodeConfig.of("node-1", Path.of("/d"), new NodePorts(3), "c");
    config.seeds(List.of(new NodePorts(2), new NodePorts(3)));
    config.set("process.run", List.of(Map.of("id", "a: b")));
    Object root = new Load(LoadSettings.builder().build()).loadFromString(config.yaml("comment"));
    assertThat(root)
        .isEqualTo(
            Map.of(
                "node", Map.of("id", "node-1"),
                "data", Map.of("dir", "/d"),
                "cluster",
                    Map.of("name", "c", "port", 5704, "seeds", "127.0.0.1:5703,127.0.0.1:5704"),
                "api", Map.of("port", 8503),
                "traffic", Map.of("port", 8083),
                "bus", Map.of("port", 7503),
                "raft", Map.of("port", 7603),
                "process", Map.of("run", List.of(Map.of("id", "a: b")))));
  }

  @Test
  void a_directory_has_a_cluster_name_of_its_own() {
    assertThat(NodeConfig.clusterName(Path.of("/a/../b")))
        .isEqualTo(NodeConfig.clusterName(Path.of("/b")))
        .isNotEqualTo(NodeConfig.clusterName(Path.of("/c")))
        .startsWith("hawser-");
  }

  @Test
  void a_taken_port_is_named_with_an_offset_that_is_free() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NodePorts ports =
          new NodePorts(Math.max(0, Math.min(taken.getLocalPort() - 8500, NodePorts.MAX_OFFSET)));
      if (ports.api() == taken.getLocalPort()) {
        assertThatThrownBy(() -> NodePorts.requireFree(List.of(ports)))
            .hasMessageContaining(taken.getLocalPort() + " (api.port");
      }
      assertThat(NodePorts.taken(taken.getLocalPort())).isTrue();
    }
  }
}
