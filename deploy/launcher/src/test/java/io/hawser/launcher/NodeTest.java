package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.launcher.config.StartFailure;
import io.hawser.node.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NodeTest {
  private static NodeStarter starter(Map<String, String> settings) {
    return new NodeStarter(Settings.of(settings), new Modules(List.of()), "test");
  }

  @Test
  void an_address_that_others_can_reach_is_refused_without_insecure() {
    assertThatThrownBy(() -> starter(Map.of("bind.host", "0.0.0.0")).start())
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("insecure=true")
        .extracting(e -> ((StartFailure) e).exitCode())
        .isEqualTo(StartFailure.BAD_SETTINGS);
  }

  @Test
  void a_role_that_no_module_has_is_refused() {
    assertThatThrownBy(() -> starter(Map.of("node.roles", "registrar")).start())
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("'registrar'");
  }

  @Test
  void every_module_on_the_class_path_has_a_role_of_its_own() {
    List<String> roles = Modules.onClassPath().all().stream().map(module -> module.role()).toList();
    assertThat(roles).doesNotHaveDuplicates();
  }
}
