package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients and instances that take their time do not hold what others need. */
class SlowPeersTest {
  private static final int SHORT_MS = 4_000;
  private static final int CLIENTS = 8;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BalancerRig(
            1,
            Map.of(
                "balancer.head-timeout-ms", "300",
                "balancer.body-timeout-ms", "300",
                "balancer.write-timeout-ms", "300",
                "balancer.client-connections-per-loop", Integer.toString(CLIENTS)));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private Raw client() throws Exception {
    Raw raw = new Raw(rig.port);
    raw.socket.setSoTimeout(SHORT_MS);
    return raw;
  }

  @Test
  void an_upload_that_does_not_come_on_is_408_and_frees_its_instance() throws Exception {
    int origin =
        rig.origin(request -> request.endHandler(v -> request.response().end().onFailure(e -> {})))
            .actualPort();
    rig.register("echo", "a", origin);

    try (Raw raw = client()) {
      raw.send("POST", "/echo/", "Content-Length: 5000").text("x");
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.header("hawser-error")).contains("body-too-slow");
      assertThat(raw.read()).isEqualTo(-1);
    }
    rig.awaitAtWork("/echo/", 0);
    assertThat(rig.events).isEmpty();
  }

  @Test
  void an_answer_that_has_begun_lets_the_upload_take_its_time() throws Exception {
    int origin =
        rig.origin(
                request -> {
                  request.response().setChunked(true).write("begun").onFailure(e -> {});
                  request.endHandler(v -> request.response().end("!").onFailure(e -> {}));
                })
            .actualPort();
    rig.register("echo", "a", origin);

    try (Raw raw = client()) {
      raw.send("POST", "/echo/", "Content-Length: 2").text("x");
      assertThat(raw.line()).contains("200");
      raw.socket.setSoTimeout(900);
      assertThatThrownBy(
              () -> {
                while (raw.read() >= 0) {
                  assertThat(raw.socket.isClosed()).isFalse();
                }
              })
          .isInstanceOf(SocketTimeoutException.class);
      raw.socket.setSoTimeout(SHORT_MS);
      raw.text("y");
      assertThat(raw.line()).isEqualTo("1");
      assertThat(raw.line()).isEqualTo("!");
    }
  }

  @Test
  void an_instance_that_does_not_read_is_given_up() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              try {
                closed.get(30, TimeUnit.SECONDS);
              } catch (Exception e) {
                throw new IOException(e);
              }
            });
    rig.register("echo", "a", origin.port());

    Thread sender;
    try (Raw raw = client()) {
      raw.send("POST", "/echo/", "Content-Length: 1000000000");
      sender = Thread.ofVirtual().start(() -> pour(raw));
      assertThat(raw.answer(false).status()).isEqualTo(504);
    }
    sender.join();
    closed.complete(true);
    rig.awaitAtWork("/echo/", 0);
  }

  private static void pour(Raw raw) {
    String chunk = "x".repeat(65_536);
    try {
      while (!raw.socket.isClosed()) {
        raw.text(chunk);
      }
    } catch (IOException e) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_head_that_does_not_come_to_its_end_is_408() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());

    try (Raw raw = client()) {
      // One good request before: kept connections are watched too.
      assertThat(raw.send("GET", "/echo/").answer(false).status()).isEqualTo(200);
      raw.text("GET /echo/ HT");
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.header("hawser-error")).contains("head-too-slow");
      assertThat(raw.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_head_in_two_pieces_and_an_idle_connection_are_left_alone() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());

    try (Raw raw = client()) {
      for (int i = 0; i < 2; i++) {
        raw.text("GET /echo/ HT").text("TP/1.1\r\nHost: h\r\n\r\n");
        assertThat(raw.answer(false).body()).isEqualTo("a");
        raw.socket.setSoTimeout(700);
        assertThatThrownBy(raw::read).isInstanceOf(SocketTimeoutException.class);
        raw.socket.setSoTimeout(SHORT_MS);
      }
    }
  }

  @Test
  void clients_beyond_the_limit_are_turned_away_until_one_leaves() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    List<Raw> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(client());
      assertThat(clients.getLast().send("GET", "/echo/").answer(false).status()).isEqualTo(200);
    }

    assertThatThrownBy(() -> client().send("GET", "/echo/").answer(false))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);

    clients.getFirst().close();
    AtomicBoolean room = new AtomicBoolean();
    BalancerRig.until(
        "there is room again",
        () -> {
          if (answered()) {
            room.set(true);
          }
          return room.get();
        });
    for (Raw raw : clients) {
      raw.close();
    }
  }

  private boolean answered() {
    try (Raw raw = client()) {
      return raw.send("GET", "/echo/").answer(false).status() == 200;
    } catch (Exception e) {
      return false;
    }
  }
}
