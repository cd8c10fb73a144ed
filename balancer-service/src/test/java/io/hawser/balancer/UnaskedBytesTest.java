package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an instance says when nobody has asked is nobody's answer, though the next request is sent
 * before it is read.
 */
class UnaskedBytesTest {
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch speak = new CountDownLatch(1);
  private final CountDownLatch spoken = new CountDownLatch(1);
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger readings = new AtomicInteger();
  private BalancerRig rig;
  private RawOrigin origin;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
    origin =
        new RawOrigin(
            connection -> {
              connections.incrementAndGet();
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
              if (connection.number() == 0) {
                await(speak);
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                spoken.countDown();
              }
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

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Sends a request, and then has the instance speak, in one turn of the proxy's loop. */
  private Raw.Answer race(String request) throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.send("GET", "/echo/").answer(false).body()).isEqualTo("good");
      rig.aheadNs =
          () -> {
            boolean proxy = Thread.currentThread().getName().contains("hawser-proxy");
            // Some turns later, so that nothing is left over from the answer.
            if (proxy && readings.incrementAndGet() > 5 && goOn.getCount() > 0) {
              held.countDown();
              try {
                await(goOn);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
            return 0;
          };
      await(held);
      raw.text(request);
      speak.countDown();
      await(spoken);
      goOn.countDown();
      return raw.answer(false);
    }
  }

  @Test
  void who_asks_with_a_get_is_answered_on_a_fresh_connection() throws Exception {
    Raw.Answer answer = race("GET /echo/ HTTP/1.1\r\nHost: h\r\n\r\n");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("good");
    assertThat(connections).hasValue(2);
  }

  @Test
  void what_must_not_be_sent_twice_is_502() throws Exception {
    Raw.Answer answer = race("POST /echo/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(connections).hasValue(1);
  }
}
