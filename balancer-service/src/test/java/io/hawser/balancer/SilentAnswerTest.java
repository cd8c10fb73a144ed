package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer that stands still is cut off; whether its instance is to blame depends on it. */
class SilentAnswerTest {
  private static final int TIMES = 3;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.stream-timeout-ms", "300"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  /** Has answers cut off that begin like this, and returns how many failures the instance has. */
  private long failures(String begin) throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              connection.write(begin);
              connection.head();
            })) {
      rig.register("echo", "a", origin.port());
      for (int i = 0; i < TIMES; i++) {
        try (Raw raw = new Raw(rig.port)) {
          raw.send("GET", "/echo/");
          assertThat(raw.line()).contains("200");
          assertThatThrownBy(() -> assertThat(raw.drain()).isNegative())
              .isInstanceOf(IOException.class)
              .isNotInstanceOf(SocketTimeoutException.class);
        }
      }
      return rig.node
          .table()
          .match("h", "/echo/")
          .orElseThrow()
          .pool()
          .open()
          .getFirst()
          .state()
          .failed();
    }
  }

  @Test
  void a_stream_of_events_may_have_none_to_tell() throws Exception {
    assertThat(failures("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n:hi\n\r\n"))
        .isZero();
    assertThat(rig.events).isEmpty();
  }

  @Test
  void one_that_has_promised_more_has_broken_off() throws Exception {
    assertThat(failures("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n:hi\n")).isEqualTo(TIMES);
  }
}
