package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;
import io.hawser.node.Meters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one client or instance does badly stays with it. */
class ContainmentTest {
  private static final int ANSWER_BYTES = 100_000;
  private static final int REQUESTS = 2_000;

  /** What sockets hold on the way, in answers; far fewer than are asked for. */
  private static final int UNDER_WAY = 400;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  /** The value when it has not changed for a while. */
  private static int settled(AtomicInteger value) {
    int last = -1;
    long sinceNs = System.nanoTime();
    while (System.nanoTime() - sinceNs < TimeUnit.MILLISECONDS.toNanos(700)) {
      if (value.get() != last) {
        last = value.get();
        sinceNs = System.nanoTime();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return last;
  }

  @Test
  void a_client_that_asks_on_and_on_without_reading_is_not_served_ahead() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    String body = "x".repeat(ANSWER_BYTES);
    int port =
        rig.origin(
                request -> {
                  asked.incrementAndGet();
                  request.response().end(body).onFailure(e -> {});
                })
            .actualPort();
    rig.register("echo", "a", port);

    try (Raw raw = new Raw(rig.port)) {
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < REQUESTS; i++) {
                        raw.send("GET", "/echo/" + i);
                      }
                    } catch (IOException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      assertThat(settled(asked)).isPositive().isLessThan(UNDER_WAY);

      for (int i = 0; i < REQUESTS; i++) {
        assertThat(raw.answer(false).body()).hasSize(ANSWER_BYTES);
      }
      writer.join();
    }
    assertThat(asked).hasValue(REQUESTS);
  }

  @Test
  void an_asterisk_is_answered_and_the_connection_goes_on() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    rig.route("r", "echo", "/api", Strategy.TWO_CHOICES, Affinity.NONE);

    try (Raw raw = new Raw(rig.port)) {
      raw.send("OPTIONS", "*");
      assertThat(raw.answer(false).status()).isEqualTo(404);
      raw.send("GET", "/api/x");
      assertThat(raw.answer(false).body()).isEqualTo("a");
    }
  }

  @Test
  void an_instance_that_answers_with_garbage_is_ejected() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("what is it?\r\n\r\n");
            })) {
      rig.register("echo", "a", origin.port());

      for (int i = 0; i < 3; i++) {
        assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(502);
      }

      BalancerRig.until("it is ejected", () -> !rig.events.isEmpty());
    }
  }

  @Test
  void an_error_that_nobody_wants_and_that_does_not_end_costs_its_connection() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 503 No\r\nContent-Length: 10\r\n\r\nabc");
              try {
                int unusedByte = connection.in().read();
              } finally {
                // An end or a reset, as long as it is one.
                closed.countDown();
              }
            })) {
      rig.register("echo", "a", origin.port());
      rig.register("echo", "b", rig.named("b").actualPort());

      for (int i = 0; i < 20 && origin.requests.isEmpty() && closed.getCount() > 0; i++) {
        assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("b");
      }

      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void an_instance_that_breaks_off_every_answer_is_ejected() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12345");
            })) {
      rig.register("echo", "a", origin.port());

      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> Raw.get(rig.port, "/echo/")).isInstanceOf(IOException.class);
      }

      BalancerRig.until("it is ejected", () -> !rig.events.isEmpty());
    }
  }

  @Test
  void instances_that_refuse_connections_use_up_no_tries() throws Exception {
    for (int round = 0; round < 10; round++) {
      String service = "mixed" + round;
      for (String id : List.of("x", "y", "z")) {
        rig.register(service, id, closedPort());
      }
      rig.register(service, "good", rig.named("good").actualPort());

      assertThat(Raw.get(rig.port, "/" + service + "/").body()).isEqualTo("good");
      assertThat(rig.counter(Meters.PROXY_RETRIES, "service", service)).isZero();
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
