package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.balancer.core.EndpointState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that does not go on with its body is no fault of the instance that waits for it. */
class StalledClientTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.stream-timeout-ms", "500"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void nothing_is_held_against_an_instance_that_waits_for_the_rest_of_a_body() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n");
              while (connection.in().read() >= 0) {
                Thread.onSpinWait();
              }
            })) {
      rig.register("echo", "a", origin.port());
      EndpointState state =
          rig.node.table().match("h", "/echo/").orElseThrow().pool().open().getFirst().state();
      for (int i = 0; i < 3; i++) {
        try (Raw raw = new Raw(rig.port)) {
          raw.send("POST", "/echo/", "Content-Length: 10").text("12345");
          assertThat(raw.line()).contains("200");
          assertThatThrownBy(raw::rest).isInstanceOf(IOException.class);
        }
      }
      assertThat(state.failed()).isZero();
      assertThat(state.ejected(rig.context.time().nowNs())).isFalse();
    }
  }

  @Test
  void one_that_does_not_go_on_though_it_has_all_is_blamed() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegun");
              connection.head();
            })) {
      rig.register("echo", "a", origin.port());
      EndpointState state =
          rig.node.table().match("h", "/echo/").orElseThrow().pool().open().getFirst().state();
      try (Raw raw = new Raw(rig.port)) {
        raw.send("POST", "/echo/", "Content-Length: 5").text("12345");
        assertThat(raw.line()).contains("200");
        assertThatThrownBy(raw::rest).isInstanceOf(IOException.class);
      }
      assertThat(state.failed()).isEqualTo(1);
    }
  }
}
