package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection to an instance. */
class InstanceLimitsTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BalancerRig(
            1,
            Map.of(
                "balancer.connections-per-instance", "1", "balancer.requests-per-instance", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void a_tunnel_leaves_its_place_to_requests() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> head = connection.head();
              boolean upgrade = head.stream().anyMatch(line -> line.startsWith("Upgrade"));
              connection.write(
                  upgrade
                      ? "HTTP/1.1 101 Switching Protocols\r\n"
                          + "Upgrade: x\r\n"
                          + "Connection: upgrade\r\n\r\n"
                      : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              connection.head();
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw first = new Raw(rig.port);
          Raw second = new Raw(rig.port)) {
        for (Raw raw : List.of(first, second)) {
          raw.send("GET", "/echo/", "Upgrade: x", "Connection: upgrade");
          assertThat(raw.answer(true).status()).isEqualTo(101);
        }
        assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("ok");
      }
    }
  }
}
