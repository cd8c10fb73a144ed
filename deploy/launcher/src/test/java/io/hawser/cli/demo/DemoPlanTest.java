package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.cluster.NodePorts;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoPlanTest {
  @Test
  void taken_ports_are_skipped() {
    DemoPlan plan =
        DemoPlan.of(
            Path.of("/d"), new NodePorts(10), Path.of("/e.jar"), Set.of(9012, 9013)::contains);
    assertThat(plan.backendPorts()).containsExactly(9011, 9014, 9015, 9016);
    assertThat(plan.backup().getInteger("port")).isEqualTo(9016);
  }

  @Test
  void the_node_runs_three_backends_from_a_template_and_ends_with_its_parent() {
    DemoPlan plan = DemoPlan.of(Path.of("/d"), new NodePorts(0), Path.of("/e.jar"), port -> false);
    assertThat(plan.nodeConfig(77).yaml("x"))
        .contains(
            "parent-pid: 77",
            "on-stop: stop",
            "- /e.jar",
            "- '${port}'",
            "id: echo-3",
            "port: 9003")
        .doesNotContain("echo-b1");
  }
}
