package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.balancer.plane.Transport;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline does the same whichever way its loops talk to the kernel. */
@ParameterizedClass
@ValueSource(strings = {"epoll", "io_uring", "nio"})
class TransportsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final int MUCH = 8 * 1024 * 1024;

  private final String transport;
  private BalancerRig rig;

  TransportsTest(String transport) {
    this.transport = transport;
  }

  @BeforeEach
  void start() throws Exception {
    try {
      assertThat(Transport.of(transport).name()).isEqualTo(transport);
    } catch (IllegalArgumentException e) {
      Assumptions.abort("skipped: " + e.getMessage());
    }
    rig = new BalancerRig(2, Map.of("balancer.transport", transport, "node.drain-ms", "0"));
  }

  @AfterEach
  void stop() throws Exception {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void connections_are_kept_on_both_sides() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              connections.incrementAndGet();
              while (!connection.head().isEmpty()) {
                connection.write(OK);
              }
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        for (int i = 0; i < 20; i++) {
          assertThat(raw.send("GET", "/echo/").answer(false).body()).isEqualTo("ok");
        }
        raw.text("GET /echo/ HTTP/1.1\r\nHost: h\r\n\r\nGET /echo/ HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(raw.answer(false).body()).isEqualTo("ok");
        assertThat(raw.answer(false).body()).isEqualTo("ok");
      }
      assertThat(connections).hasValue(1);
    }
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void bodies_stream_both_ways() throws Exception {
    int port =
        rig.origin(
                request -> {
                  var to = request.response().setChunked(true);
                  request.handler(
                      piece -> {
                        to.write(piece).onFailure(e -> {});
                        if (to.writeQueueFull()) {
                          request.pause();
                          to.drainHandler(v -> request.resume());
                        }
                      });
                  request.endHandler(v -> to.end().onFailure(e -> {}));
                })
            .actualPort();
    rig.register("echo", "a", port);
    String body = "0123456789abcdef".repeat(MUCH / 16);
    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/echo/", "Content-Length: " + MUCH);
      Thread sender = Thread.ofVirtual().start(() -> send(raw, body));
      assertThat(raw.answer(false).body().equals(body)).isTrue();
      sender.join();
    }
    rig.awaitAtWork("/echo/", 0);
  }

  private static void send(Raw raw, String body) {
    try {
      raw.socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_tunnel_passes_what_was_sent_ahead_and_its_sides_end_by_themselves() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write(
                  "HTTP/1.1 101 Switching Protocols\r\n"
                      + "Upgrade: x\r\n"
                      + "Connection: Upgrade\r\n\r\n"
                      + "hi ");
              StringBuilder heard = new StringBuilder();
              for (int c = connection.in().read(); c >= 0; c = connection.in().read()) {
                heard.append((char) c);
              }
              connection.write("heard " + heard);
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.text(
            "GET /echo/ HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nahead ");
        assertThat(raw.answer(true).status()).isEqualTo(101);
        raw.text("bytes");
        raw.socket.shutdownOutput();
        assertThat(raw.rest()).isEqualTo("hi heard ahead bytes");
      }
    }
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void a_client_that_goes_away_takes_its_request_with_it() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
              try {
                closed.complete(connection.in().read() < 0);
              } catch (IOException e) {
                closed.complete(true);
              }
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        assertThat(raw.send("GET", "/echo/").line()).contains("200");
      }
      assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void an_answer_that_breaks_off_is_reset() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.text("GET /echo/ HTTP/1.0\r\n\r\n");
        assertThatThrownBy(raw::drain).isInstanceOf(IOException.class);
      }
    }
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void an_instance_that_is_not_there_is_passed_over() throws Exception {
    int gone;
    try (RawOrigin origin = new RawOrigin(connection -> {})) {
      gone = origin.port();
    }
    rig.register("echo", "a", gone);
    rig.register("echo", "b", rig.named("b").actualPort());
    for (int i = 0; i < 6; i++) {
      assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("b");
    }
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void a_drain_answers_what_is_under_way_and_ends_the_rest() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    try (RawOrigin origin =
            new RawOrigin(
                connection -> {
                  List<String> unused = connection.head();
                  asked.countDown();
                  await(finish);
                  connection.write(OK);
                });
        Raw raw = new Raw(rig.port);
        Raw idle = new Raw(rig.port)) {
      rig.register("echo", "a", origin.port());
      raw.send("GET", "/echo/");
      await(asked);
      Future<Void> stopped = rig.undeployProxies();
      assertThat(idle.read()).isEqualTo(-1);
      finish.countDown();
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.body()).isEqualTo("ok");
      assertThat(answer.header("connection")).contains("close");
      assertThat(raw.read()).isEqualTo(-1);
      BalancerRig.await(stopped);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
