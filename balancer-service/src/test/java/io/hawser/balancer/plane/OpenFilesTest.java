package io.hawser.balancer.plane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
  @Test
  void clients_leave_files_for_the_instances_and_the_node() {
    assertThat(OpenFiles.clients(10_000, 1, Long.MAX_VALUE)).isEqualTo(10_000);
    assertThat(OpenFiles.clients(10_000, 1, 20_000)).isEqualTo(10_000);
    assertThat(OpenFiles.clients(10_000, 2, 4_608)).isEqualTo(1_536);
    assertThat(OpenFiles.clients(10_000, 16, 256)).isEqualTo(1);
  }

  @Test
  void the_system_says_how_many_there_may_be() {
    assertThat(OpenFiles.most()).isPositive();
  }
}
