package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What comes behind an answer in the same row of reads is no answer to who has waited for the
 * connection, and the answer itself is not kept back.
 */
class UnaskedInARowTest {
  /** What is read at first from a new connection: the answer ends where a read does. */
  private static final int FIRST_READ = 2_048;

  private static final int SHORT_MS = 5_000;

  private final CountDownLatch goOn = new CountDownLatch(1);
  private BalancerRig rig;
  private RawOrigin origin;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.connections-per-instance", "1"));
    origin =
        new RawOrigin(
            connection -> {
              connection.head();
              if (connection.number() > 0) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
                return;
              }
              try {
                boolean unused = goOn.await(10, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              connection.write(
                  answerOf(FIRST_READ) + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
              connection.head();
            });
    rig.register("echo", "a", origin.port());
  }

  @AfterEach
  void stop() throws Exception {
    goOn.countDown();
    rig.close();
    origin.close();
  }

  private static String answerOf(int size) {
    // The length has four digits, as the whole has.
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 0000\r\n\r\n";
    int body = size - head.length();
    return head.replace("0000", Integer.toString(body)) + "x".repeat(body);
  }

  @Test
  void it_does_not_go_to_who_is_the_next_in_the_line() throws Exception {
    try (Raw first = new Raw(rig.port);
        Raw second = new Raw(rig.port)) {
      first.socket.setSoTimeout(SHORT_MS);
      second.socket.setSoTimeout(SHORT_MS);
      first.send("GET", "/echo/");
      rig.awaitAtWork("/echo/", 1);
      second.send("GET", "/echo/");
      rig.awaitAtWork("/echo/", 2);
      goOn.countDown();

      assertThat(second.answer(false).body()).isEqualTo("good");
      assertThat(first.answer(false).body()).startsWith("xxx");
    }
  }

  @Test
  void nor_to_the_next_request_of_the_same_client_which_was_not_sent_and_is_sent_anew()
      throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.socket.setSoTimeout(SHORT_MS);
      raw.text(
          "GET /echo/ HTTP/1.1\r\nHost: h\r\n\r\n"
              + "POST /echo/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
      rig.awaitAtWork("/echo/", 1);
      goOn.countDown();

      assertThat(raw.answer(false).body()).startsWith("xxx");
      assertThat(raw.answer(false).body()).isEqualTo("good");
    }
  }
}
