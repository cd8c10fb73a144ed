package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Facet.Health;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is on the wire, on both sides of the proxy. Over 300 lines, as each rule is a few bytes on
 * one rig.
 */
class ProxyWireTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  /**
   * An origin that answers each request on each connection with this text, and records the heads.
   */
  @CanIgnoreReturnValue
  private RawOrigin answering(String text) throws Exception {
    RawOrigin[] self = new RawOrigin[1];
    self[0] =
        new RawOrigin(
            connection -> {
              for (List<String> head = connection.head();
                  !head.isEmpty();
                  head = connection.head()) {
                self[0].requests.addAll(head);
                connection.write(text);
              }
            });
    rig.register("echo", "a", self[0].port());
    return self[0];
  }

  @Test
  void headers_of_one_hop_stay_on_their_hop_and_claims_of_earlier_hops_are_replaced()
      throws Exception {
    RawOrigin origin =
        answering(
            String.join(
                "\r\n",
                "HTTP/1.1 200 OK",
                "Content-Length: 2",
                "Connection: keep-alive, X-Mine",
                "X-Mine: 1",
                "Keep-Alive: timeout=9",
                "Proxy-Authenticate: x",
                "X-Yours: 2",
                "Set-Cookie: a=1",
                "Set-Cookie: b=2",
                "",
                "ok"));

    Raw.Answer answer =
        Raw.get(
            rig.port,
            "/echo/p?q=1",
            "Connection: X-Secret, Host",
            "X-Secret: s",
            "TE: trailers",
            "Upgrade: h2c",
            "X-Forwarded-For: 6.6.6.6",
            "x-forwarded-host: evil",
            "Forwarded: for=6.6.6.6",
            "X-Real-IP: 6.6.6.6",
            "X-Kept: k");

    assertThat(origin.requests)
        .contains(
            "GET /p?q=1 HTTP/1.1",
            "X-Kept: k",
            "X-Forwarded-For: 127.0.0.1",
            "X-Forwarded-Proto: http",
            "X-Forwarded-Host: h")
        .noneMatch(line -> line.contains("6.6.6.6") || line.contains("evil"))
        .noneMatch(
            line -> line.toLowerCase(Locale.ROOT).matches("(x-secret|te|upgrade|connection):.*"))
        .anyMatch(line -> line.equalsIgnoreCase("host: h"))
        .anyMatch(line -> line.equalsIgnoreCase("via: 1.1 hawser"));
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(answer.header("x-yours")).contains("2");
    assertThat(answer.header("x-mine")).isEmpty();
    assertThat(answer.header("keep-alive")).isEmpty();
    assertThat(answer.header("proxy-authenticate")).isEmpty();
    assertThat(answer.head())
        .filteredOn(l -> l.toLowerCase(Locale.ROOT).startsWith("set-cookie"))
        .hasSize(2);
  }

  @Test
  void an_answer_to_head_keeps_its_length_and_has_no_body() throws Exception {
    RawOrigin origin = answering("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");

    try (Raw raw = new Raw(rig.port)) {
      for (int i = 0; i < 2; i++) {
        Raw.Answer answer = raw.send("HEAD", "/echo/").answer(true);
        assertThat(answer.header("content-length")).contains("1234");
      }
    }
    assertThat(origin.requests).contains("HEAD / HTTP/1.1");
  }

  @Test
  void an_error_to_head_has_no_body_either() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.send("HEAD", "/none").answer(true).status()).isEqualTo(404);
      assertThat(raw.send("GET", "/none").answer(false).status()).isEqualTo(404);
    }
  }

  @Test
  void answers_without_a_body_leave_the_connection_in_order() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              for (List<String> head = connection.head();
                  !head.isEmpty();
                  head = connection.head()) {
                connection.write(
                    head.getFirst().contains("204")
                        ? "HTTP/1.1 204 No Content\r\n\r\n"
                        : "HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 77\r\n\r\n");
              }
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = new Raw(rig.port)) {
      for (int i = 0; i < 2; i++) {
        Raw.Answer none = raw.send("GET", "/echo/204").answer(false);
        assertThat(none.status()).isEqualTo(204);
        assertThat(none.header("content-length")).isEmpty();
        assertThat(none.header("transfer-encoding")).isEmpty();
        assertThat(raw.send("GET", "/echo/304").answer(false).header("etag")).contains("x");
      }
    }
  }

  @Test
  void a_chunked_answer_is_chunked_anew() throws Exception {
    RawOrigin origin =
        answering(
            "HTTP/1.1 200 OK\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "3;ext=\"one\"\r\n"
                + "abc\r\n"
                + "2\r\n"
                + "de\r\n"
                + "0\r\n"
                + "X-T: 1\r\n\r\n");

    try (Raw raw = new Raw(rig.port)) {
      for (int i = 0; i < 2; i++) {
        Raw.Answer answer = raw.send("GET", "/echo/").answer(false);
        assertThat(answer.body()).isEqualTo("abcde");
        assertThat(answer.header("content-length")).isEmpty();
      }
    }
    assertThat(origin.requests).isNotEmpty();
  }

  @Test
  void an_answer_that_ends_with_its_connection_is_chunked_for_a_client_of_http_1_1()
      throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (!connection.head().isEmpty()) {
                connection.write("HTTP/1.0 200 OK\r\n\r\nto the end");
              }
            });
    rig.register("echo", "a", origin.port());

    assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("to the end");
  }

  @Test
  void a_client_of_http_1_0_gets_a_body_that_ends_with_the_connection() throws Exception {
    RawOrigin origin =
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");

    try (Raw raw = new Raw(rig.port)) {
      raw.text("GET /echo/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.header("transfer-encoding")).isEmpty();
      assertThat(answer.header("connection")).contains("close");
      assertThat(answer.body()).isEqualTo("abc");
    }
    assertThat(origin.requests).contains("GET / HTTP/1.1");
  }

  @Test
  void a_truncated_answer_never_ends_cleanly() throws Exception {
    for (String start :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")) {
      try (RawOrigin origin =
          new RawOrigin(
              connection -> {
                if (!connection.head().isEmpty()) {
                  connection.write(start);
                  connection.head();
                }
              })) {
        rig.register("echo", "a" + origin.port(), origin.port());
        for (String version : List.of("1.1", "1.0")) {
          try (Raw raw = new Raw(rig.port)) {
            raw.text("GET /echo/ HTTP/" + version + "\r\nHost: h\r\n\r\n");
            assertThat(raw.line()).contains("200");
            // The origin waits for another head on this connection, which will never come.
            origin.cut();
            assertThatThrownBy(
                    () -> {
                      while (raw.read() >= 0) {
                        assertThat(raw.socket.isClosed()).isFalse();
                      }
                    })
                .as(start + " to HTTP/" + version)
                .isInstanceOf(IOException.class);
          }
        }
        rig.verdict("echo", "a" + origin.port(), Health.DOWN);
      }
    }
  }

  @Test
  void a_kept_connection_that_the_origin_has_closed_is_not_the_clients_problem() throws Exception {
    // Answers one request on each connection, and closes when the second has come.
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (!connection.head().isEmpty()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                connection.head();
              }
            });
    rig.register("echo", "a", origin.port());

    for (int i = 0; i < 20; i++) {
      assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(200);
    }
    assertThat(rig.events).isEmpty();
  }

  @Test
  void a_post_that_was_sent_is_not_sent_again() throws Exception {
    RawOrigin[] origins = new RawOrigin[2];
    for (int i = 0; i < 2; i++) {
      int it = i;
      origins[i] =
          new RawOrigin(
              connection -> {
                List<String> head = connection.head();
                origins[it].requests.addAll(head);
              });
      rig.register("echo", "o" + i, origins[i].port());
    }

    Raw.Answer answer;
    try (Raw raw = new Raw(rig.port)) {
      answer = raw.send("POST", "/echo/", "Content-Length: 1").text("x").answer(false);
    }

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.header("hawser-error")).contains("upstream-failed");
    assertThat(
            origins[0].requests.stream().filter(l -> l.startsWith("POST")).count()
                + origins[1].requests.stream().filter(l -> l.startsWith("POST")).count())
        .isEqualTo(1);
  }

  @Test
  void a_get_that_was_not_answered_goes_to_another_instance() throws Exception {
    RawOrigin silent = new RawOrigin(RawOrigin.Connection::head);
    rig.register("echo", "a", silent.port());
    rig.register("echo", "b", rig.named("b").actualPort());

    for (int i = 0; i < 6; i++) {
      assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("b");
    }
  }

  @Test
  void an_instance_that_takes_too_long_is_504_and_its_connection_is_dropped() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (!connection.head().isEmpty()) {
                try {
                  closed.complete(connection.in().read() < 0);
                } catch (IOException e) {
                  closed.complete(true);
                }
              }
            });
    rig.register("echo", "a", origin.port());
    rig.brief("/brief", "echo", 0, 400);

    Raw.Answer answer = Raw.get(rig.port, "/brief/");

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.header("hawser-error")).contains("upstream-timeout");
    assertThat(closed.get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_client_that_goes_away_takes_the_request_upstream_with_it() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (!connection.head().isEmpty()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
                try {
                  closed.complete(connection.in().read() < 0);
                } catch (IOException e) {
                  closed.complete(true);
                }
              }
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.send("GET", "/echo/").line()).contains("200");
    }

    assertThat(closed.get(5, TimeUnit.SECONDS)).isTrue();
    BalancerRig.until(
        "it is counted as aborted",
        () ->
            rig.counter("hawser_proxy_requests_total", "service", "echo", "code", "aborted") == 1);
    BalancerRig.until(
        "nothing is at work any more",
        () ->
            rig.node.table().match("h", "/echo/").orElseThrow().pool().open().getFirst().active()
                == 0);
  }

  @Test
  void the_head_of_a_stream_comes_before_its_first_event() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (!connection.head().isEmpty()) {
                connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.head();
              }
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.send("GET", "/echo/").line()).contains("200");
    }
  }

  @Test
  void a_client_that_asks_whether_to_send_its_body_is_told_by_the_instance() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> head = connection.head();
              if (head.stream().anyMatch(l -> l.equalsIgnoreCase("expect: 100-continue"))) {
                connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                int first = connection.in().read();
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + (char) first);
              }
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = new Raw(rig.port)) {
      raw.send("PUT", "/echo/", "Content-Length: 1", "Expect: 100-continue");
      assertThat(raw.answer(false).status()).isEqualTo(100);
      assertThat(raw.text("z").answer(false).body()).isEqualTo("z");
    }
  }

  @Test
  void an_instance_that_refuses_a_body_that_was_announced_is_heard() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (!connection.head().isEmpty()) {
                connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
                connection.head();
              }
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = new Raw(rig.port)) {
      raw.send("PUT", "/echo/", "Content-Length: 1000000", "Expect: 100-continue");
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.header("connection")).contains("close");
      assertThat(raw.read()).isEqualTo(-1);
    }
  }

  @Test
  void an_instance_that_knows_nothing_of_100_does_not_hold_the_body_up() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              if (!connection.head().isEmpty()) {
                int first = connection.in().read();
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + (char) first);
              }
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = new Raw(rig.port)) {
      raw.send("PUT", "/echo/", "Content-Length: 1", "Expect: 100-continue");
      assertThat(raw.answer(false).status()).isEqualTo(100);
      assertThat(raw.text("z").answer(false).body()).isEqualTo("z");
    }
  }

  @Test
  void an_answer_before_the_end_of_an_upload_is_handed_on_and_the_connection_is_not_reused()
      throws Exception {
    CompletableFuture<Boolean> dropped = new CompletableFuture<>();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              boolean first = connection.number() == 0;
              if (!connection.head().isEmpty()) {
                connection.write(
                    "HTTP/1.1 " + (first ? "401 No" : "200 OK") + "\r\nContent-Length: 0\r\n\r\n");
                try {
                  connection.head();
                } finally {
                  dropped.complete(first);
                }
              }
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = new Raw(rig.port)) {
      Raw.Answer answer = raw.send("POST", "/echo/", "Content-Length: 4").text("ab").answer(false);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(dropped.get(5, TimeUnit.SECONDS)).isTrue();
      raw.text("cd");
      // On the first connection upstream this would be the rest of the body.
      assertThat(raw.send("GET", "/echo/").answer(false).status()).isEqualTo(200);
    }
  }

  @Test
  void what_is_ambiguous_or_not_for_us_is_refused() throws Exception {
    answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    refused("GET /echo/ HTTP/1.1\r\n\r\n", 400, "bad-request");
    refused("GET /echo/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad-request");
    refused("GET echo HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad-request");
    refused("GET /echo/#x HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad-request");
    refused(
        "POST /echo/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n",
        400,
        "bad-request");
    refused(
        "POST /echo/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad-request");
    refused(
        "POST /echo/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        400,
        "bad-request");
    refused("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 405, "method-unsupported");
    refused("PUT /echo/ HTTP/1.1\r\nHost: h\r\nExpect: magic\r\n\r\n", 417, "expectation-failed");
    refused("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: h\r\n\r\n", 414, "uri-too-long");
    refused(
        "GET /echo/ HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(17_000) + "\r\n\r\n",
        431,
        "header-too-large");
    refused(
        "GET /echo/ HTTP/1.1\r\nHost: h\r\nVia: " + "1.1 hawser, ".repeat(8) + "1.1 x\r\n\r\n",
        508,
        "loop-detected");
  }

  private void refused(String text, int status, String code) throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      Raw.Answer answer = raw.text(text).answer(false);
      String what = text.substring(0, Math.min(60, text.length()));
      assertThat(answer.status()).as(what).isEqualTo(status);
      assertThat(new JsonObject(answer.body()).getString("code")).as(what).isEqualTo(code);
      assertThat(answer.header("hawser-error")).as(what).contains(code);
      if (status == 400) {
        assertThat(raw.read()).as(what).isEqualTo(-1);
      }
    }
  }

  @Test
  void an_upload_that_nobody_wants_leaves_the_connection_usable() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      Raw.Answer answer =
          raw.send("POST", "/none/", "Content-Length: 5").text("hello").answer(false);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(raw.send("GET", "/none/").answer(false).status()).isEqualTo(404);
    }
  }
}
