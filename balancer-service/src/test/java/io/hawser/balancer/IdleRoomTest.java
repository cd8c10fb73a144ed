package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that do nothing keep nobody waiting for one. */
class IdleRoomTest {
  private static final long LATER_NS = 1_200_000_000L;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.connections-per-instance", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void a_post_is_served_though_all_connections_have_been_idle_for_long() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.send("GET", "/echo/").answer(false).status()).isEqualTo(200);
      // Too long ago for what must not be sent twice, and not long enough for the connection's end.
      rig.aheadNs = () -> LATER_NS;

      Raw.Answer answer = raw.send("POST", "/echo/", "Content-Length: 0").answer(false);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("a");
    }
  }
}
