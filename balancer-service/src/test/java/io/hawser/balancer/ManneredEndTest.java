package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was promised or said before an end is kept: by stalled uploads, tunnels and drains. */
class ManneredEndTest {
  private static final int MUCH = 4_000_000;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BalancerRig(
            1,
            Map.of(
                "balancer.body-timeout-ms", "600",
                "balancer.write-timeout-ms", "600",
                "node.drain-ms", "0"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void an_upload_that_stalls_once_the_instance_has_taken_all_is_the_clients_fault()
      throws Exception {
    int port =
        rig.origin(request -> request.handler(piece -> {}).exceptionHandler(e -> {})).actualPort();
    rig.register("echo", "a", port);

    for (int i = 0; i < 3; i++) {
      try (Raw raw = new Raw(rig.port)) {
        raw.send("PUT", "/echo/", "Content-Length: " + 2 * MUCH).text("x".repeat(MUCH));
        assertThat(raw.answer(false).status()).isEqualTo(408);
      }
    }
    assertThat(rig.events).isEmpty();
  }

  @Test
  void what_a_client_says_before_it_ends_its_side_of_a_tunnel_arrives() throws Exception {
    CompletableFuture<Long> arrived = new CompletableFuture<>();
    CountDownLatch ended = new CountDownLatch(1);
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
              awaitQuietly(ended);
              arrived.complete(count(connection));
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.send("GET", "/echo/", "Upgrade: x", "Connection: upgrade");
        assertThat(raw.answer(true).status()).isEqualTo(101);
        raw.text("x".repeat(MUCH));
        raw.socket.shutdownOutput();
        ended.countDown();

        assertThat(arrived.get(10, TimeUnit.SECONDS)).isEqualTo(MUCH);
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      // The client can send no more than buffers hold before it is read from.
      boolean unused = latch.await(200, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static long count(RawOrigin.Connection connection) throws IOException {
    char[] piece = new char[8_192];
    long all = 0;
    for (int n = connection.in().read(piece); n >= 0; n = connection.in().read(piece)) {
      all += n;
    }
    return all;
  }

  @Test
  void who_was_promised_another_answer_before_the_drain_gets_it() throws Exception {
    CompletableFuture<HttpServerResponse> begun = new CompletableFuture<>();
    int port =
        rig.origin(
                request -> {
                  if (request.uri().endsWith("/slow")) {
                    HttpServerResponse response = request.response().setChunked(true);
                    response.write("begun").onFailure(e -> {});
                    begun.complete(response);
                  } else {
                    request.response().end("more").onFailure(e -> {});
                  }
                })
            .actualPort();
    rig.register("echo", "a", port);

    try (Raw raw = new Raw(rig.port);
        Raw idle = new Raw(rig.port)) {
      raw.send("GET", "/echo/slow");
      HttpServerResponse response = begun.get(10, TimeUnit.SECONDS);
      String status = raw.line();
      Future<Void> stopped = rig.undeployProxies();
      assertThat(idle.read()).isEqualTo(-1);
      raw.send("POST", "/echo/", "Content-Length: 2").text("hi");
      rig.vertx.runOnContext(v -> response.end().onFailure(e -> {}));
      assertThat(status).contains("200");
      String head = "";
      for (String line = raw.line(); !line.isEmpty(); line = raw.line()) {
        head += line + "\n";
      }
      assertThat(head.toLowerCase(java.util.Locale.ROOT)).doesNotContain("connection: close");
      assertThat(List.of(raw.line(), raw.line(), raw.line(), raw.line()))
          .containsExactly("5", "begun", "0", "");

      Raw.Answer next = raw.answer(false);
      assertThat(next.body()).isEqualTo("more");
      assertThat(next.header("connection")).contains("close");
      BalancerRig.await(stopped);
    }
  }

  @Test
  void a_tunnel_that_its_instance_resets_is_reset() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
              awaitQuietly(seen);
              connection.socket().setSoLinger(true, 0);
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.send("GET", "/echo/", "Upgrade: x", "Connection: upgrade");
        assertThat(raw.answer(true).status()).isEqualTo(101);
        seen.countDown();

        assertThatThrownBy(raw::read).isInstanceOf(SocketException.class);
      }
    }
  }
}
