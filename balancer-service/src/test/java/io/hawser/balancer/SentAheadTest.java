package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client has sent ahead reaches the instance without another byte of the client. */
class SentAheadTest {
  private static final int SHORT_MS = 5_000;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void what_was_sent_before_a_tunnel_was_granted_is_not_kept_back() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              connection.write(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
              StringBuilder heard = new StringBuilder();
              while (heard.length() < 5) {
                heard.append((char) connection.in().read());
              }
              connection.write("heard " + heard + "\n");
              int unusedByte = connection.in().read();
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.socket.setSoTimeout(SHORT_MS);
        raw.text(
            "GET /echo/ HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nahead");
        assertThat(raw.answer(true).status()).isEqualTo(101);
        // The client waits for an answer before it says more.
        assertThat(raw.line()).isEqualTo("heard ahead");
      }
    }
  }

  @Test
  void the_begin_of_a_body_that_was_sent_ahead_is_not_kept_back() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              // The begin of the second one has come with the first.
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              connection.head();
              for (int c = connection.in().read(); c >= 0 && c != '9'; c = connection.in().read()) {
                begun.countDown();
              }
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.socket.setSoTimeout(SHORT_MS);
        raw.text(
            "GET /echo/ HTTP/1.1\r\nHost: h\r\n\r\n"
                + "POST /echo/ HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n1");
        assertThat(raw.answer(false).status()).isEqualTo(200);
        assertThat(begun.await(5, TimeUnit.SECONDS)).as("the first byte is there").isTrue();
        raw.text("23456789");
        assertThat(raw.answer(false).status()).isEqualTo(200);
      }
    }
  }
}
