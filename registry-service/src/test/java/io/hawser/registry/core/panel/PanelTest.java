package io.hawser.registry.core.panel;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PanelTest {
  private static final List<NodeId> FIVE = List.of(node(0), node(1), node(2), node(3), node(4));

  private static NodeId node(int number) {
    return new NodeId("node-" + number);
  }

  private static long ms(long startNs, long ms) {
    return startNs + TimeUnit.MILLISECONDS.toNanos(ms);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 500_000_000})
  void those_that_were_heard_before_a_suspicion_only_make_no_majority_for_it(long startNs) {
    Panel panel = new Panel(node(0));
    panel.cluster(Set.copyOf(FIVE), FIVE);
    FIVE.forEach(node -> panel.heard(node, false, ms(startNs, 0)));
    panel.heard(node(1), false, ms(startNs, 1_000));

    assertThat(panel.quorate(ms(startNs, 1_100))).isTrue();
    assertThat(panel.quorateSince(ms(startNs, 500), ms(startNs, 1_100))).isFalse();

    panel.heard(node(2), false, ms(startNs, 1_100));
    assertThat(panel.quorateSince(ms(startNs, 500), ms(startNs, 1_100))).isTrue();
  }

  @Test
  void one_node_alone_is_its_own_majority() {
    assertThat(new Panel(node(0)).quorateSince(100, 200)).isTrue();
  }
}
