package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where clients are served that end their side, all that came before that end counts. */
class HalfClosedUploadTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BalancerRig(
            1,
            Map.of("balancer.serve-half-closed", "true", "balancer.connections-per-instance", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void a_body_that_came_whole_before_an_instance_took_it_is_sent() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    try (RawOrigin origin =
            new RawOrigin(
                connection -> {
                  while (!connection.head().isEmpty()) {
                    busy.countDown();
                    try {
                      boolean unused = goOn.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                      throw new IOException(e);
                    }
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    connection.socket().setSoTimeout(5_000);
                  }
                });
        Raw blocker = new Raw(rig.port);
        Raw raw = new Raw(rig.port)) {
      rig.register("echo", "a", origin.port());
      blocker.send("GET", "/echo/");
      assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
      raw.text("POST /echo/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
      raw.socket.shutdownOutput();
      // By the answer to this the loop has seen the end of the upload too.
      assertThat(Raw.get(rig.port, "/none").status()).isEqualTo(404);
      goOn.countDown();

      assertThat(raw.answer(false).status()).isEqualTo(200);
    }
  }
}
