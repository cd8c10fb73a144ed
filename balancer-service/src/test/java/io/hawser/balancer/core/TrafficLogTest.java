package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hawser.model.MonitorMessage.TrafficSlot;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TrafficLogTest {
  private final TrafficLog log = new TrafficLog();

  @Test
  void only_seconds_that_are_over_are_taken() {
    log.record("echo", 1_999, 10, false);
    log.record("echo", 2_000, 10, true);

    TrafficLog first = log.takeBefore(2_500);
    assertThat(first.encoded())
        .extracting(TrafficSlot::second, TrafficSlot::requests, TrafficSlot::errors)
        .containsExactly(tuple(1L, 1L, 0L));
    assertThat(log.takeBefore(2_500).isEmpty()).isTrue();
    assertThat(log.takeBefore(3_000).encoded()).hasSize(1);
  }

  @Test
  void the_loops_add_up_and_the_histogram_can_be_read_back() throws Exception {
    TrafficLog other = new TrafficLog();
    for (int i = 1; i <= 100; i++) {
      log.record("echo", 1_000, i * 1_000L, false);
      other.record("echo", 1_500, i * 1_000L, i == 1);
    }

    log.absorb(other);

    List<TrafficSlot> slots = log.encoded();
    assertThat(slots).hasSize(1);
    TrafficSlot slot = slots.getFirst();
    assertThat(slot.requests()).isEqualTo(200);
    assertThat(slot.errors()).isEqualTo(1);
    Histogram read =
        Histogram.decodeFromByteBuffer(
            ByteBuffer.wrap(Base64.getDecoder().decode(slot.latencies())), 1);
    assertThat(read.getTotalCount()).isEqualTo(200);
    assertThat(read.getValueAtPercentile(50)).isBetween(49_000L, 51_500L);
  }

  @Test
  void what_nobody_drains_is_bounded() {
    for (int i = 0; i < TrafficLog.MAX_SLOTS + 10; i++) {
      log.record("s" + i % 7, i * 1_000L, 1, false);
    }
    assertThat(log.encoded()).hasSize(TrafficLog.MAX_SLOTS);
  }
}
