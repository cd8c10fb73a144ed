package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  @Test
  void the_tests_run_with_a_detector_that_looks_at_every_buffer() {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
  }

  @Test
  void a_buffer_that_nobody_releases_is_found() {
    lose();

    List<String> found = new ArrayList<>();
    BalancerRig.until(
        "the buffer is missed", () -> found.addAll(LeakCheck.found()) || !found.isEmpty());

    assertThat(found).anyMatch(leak -> leak.contains("LeakCheckTest.lose"));
  }

  private static void lose() {
    ByteBuf unused = ByteBufAllocator.DEFAULT.buffer(16).writeByte(1);
  }
}
