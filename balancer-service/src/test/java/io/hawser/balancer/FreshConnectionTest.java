package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.node.Meters;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The second try on a connection of its own, which follows when the only instance has closed a kept
 * connection: whatever happens to it, the client hears of it.
 */
class FreshConnectionTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  /** The first connection carries one request and is closed on the second; the next do as told. */
  private void origin(RawOrigin.Script second) throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (connection.number() > 0) {
                if (!connection.head().isEmpty()) {
                  second.run(connection);
                }
              } else if (!connection.head().isEmpty()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                connection.head();
              }
            });
    rig.register("echo", "a", origin.port());
  }

  private Raw warm() throws Exception {
    Raw raw = new Raw(rig.port);
    assertThat(raw.send("GET", "/echo/").answer(false).status()).isEqualTo(200);
    return raw;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\n"
      })
  void a_fresh_try_that_is_not_answered_is_502(String answer) throws Exception {
    origin(connection -> connection.write(answer));

    try (Raw raw = warm()) {
      Raw.Answer second = raw.send("GET", "/echo/").answer(false);
      assertThat(second.status()).isEqualTo(502);
      assertThat(second.header("hawser-error")).contains("upstream-failed");
    }
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void a_fresh_try_that_is_answered_is_handed_on() throws Exception {
    origin(connection -> connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew"));

    try (Raw raw = warm()) {
      assertThat(raw.send("GET", "/echo/").answer(false).body()).isEqualTo("new");
    }
    rig.awaitAtWork("/echo/", 0);
    assertThat(rig.counter(Meters.PROXY_RETRIES, "service", "echo")).isEqualTo(1);
  }

  @Test
  void a_fresh_try_whose_answer_breaks_off_never_ends_cleanly() throws Exception {
    origin(connection -> connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnew"));

    try (Raw raw = warm()) {
      raw.socket.setSoTimeout(3_000);
      raw.send("GET", "/echo/");
      assertThatThrownBy(() -> raw.answer(false))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(java.net.SocketTimeoutException.class);
    }
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void a_fresh_try_that_takes_too_long_is_504() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    origin(connection -> awaitClose(connection, closed));
    rig.brief("/brief", "echo", 0, 300);

    try (Raw raw = warm()) {
      assertThat(raw.send("GET", "/brief/").answer(false).status()).isEqualTo(504);
    }
    assertThat(closed.get(5, TimeUnit.SECONDS)).isTrue();
    rig.awaitAtWork("/echo/", 0);
  }

  @Test
  void a_client_that_goes_away_takes_its_fresh_try_with_it() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    origin(
        connection -> {
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnew");
          awaitClose(connection, closed);
        });

    try (Raw raw = warm()) {
      assertThat(raw.send("GET", "/echo/").line()).contains("200");
    }
    assertThat(closed.get(5, TimeUnit.SECONDS)).isTrue();
    rig.awaitAtWork("/echo/", 0);
  }

  private static void awaitClose(
      RawOrigin.Connection connection, CompletableFuture<Boolean> closed) {
    try {
      closed.complete(connection.in().read() < 0);
    } catch (IOException e) {
      closed.complete(true);
    }
  }

  @Test
  void who_is_told_that_a_kept_connection_was_idle_for_too_long_asks_again() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              if (connection.number() > 0) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
                return;
              }
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              connection.head();
              connection.write(
                  "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = warm()) {
      assertThat(raw.send("GET", "/echo/").answer(false).body()).isEqualTo("new");
    }
    rig.awaitAtWork("/echo/", 0);
  }
}
