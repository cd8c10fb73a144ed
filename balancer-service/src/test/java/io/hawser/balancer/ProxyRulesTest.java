package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.node.Meters;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the pipeline does beyond handing on: tunnels, claims of earlier hops, retries, limits. Over
 * 300 lines, as each rule is looked at on one rig.
 */
class ProxyRulesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy";

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BalancerRig(
            1,
            Map.of(
                "balancer.serve-half-closed", "true",
                "balancer.trusted-proxies", "10.0.0.0/8, 127.0.0.0/8"));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @CanIgnoreReturnValue
  private RawOrigin answering(String id, String text) throws Exception {
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
    rig.register("echo", id, self[0].port());
    return self[0];
  }

  private Route route(int tries, int inFlight, int rate, Map<String, String> headers) {
    return new Route(
        "echo",
        "",
        "/limited",
        true,
        Strategy.ROUND_ROBIN,
        Affinity.NONE,
        "",
        headers,
        tries,
        0,
        0,
        inFlight,
        rate,
        0);
  }

  private void put(String name, Route route) throws Exception {
    rig.put(FacetKey.named(Kind.ROUTE, name), route);
    BalancerRig.until(
        "the table takes the route in",
        () ->
            rig.node
                .table()
                .match("h", "/limited/", field -> "1")
                .map(t -> t.route().equals(route))
                .orElse(false));
  }

  @Test
  void an_upgrade_is_a_tunnel_whose_sides_end_by_themselves() throws Exception {
    RawOrigin[] self = new RawOrigin[1];
    self[0] =
        new RawOrigin(
            connection -> {
              self[0].requests.addAll(connection.head());
              connection.write(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\nhello");
              StringBuilder heard = new StringBuilder();
              for (int c = connection.in().read(); c >= 0; c = connection.in().read()) {
                heard.append((char) c);
              }
              connection.write("heard " + heard);
            });
    rig.register("echo", "a", self[0].port());

    try (Raw raw = new Raw(rig.port)) {
      raw.send(
          "GET", "/echo/ws", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: k");
      Raw.Answer answer = raw.answer(true);
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.header("upgrade")).contains("websocket");
      assertThat(answer.header("sec-websocket-accept")).contains("x");
      raw.text("bytes");
      raw.socket.shutdownOutput();
      assertThat(raw.rest()).isEqualTo("helloheard bytes");
    }
    assertThat(self[0].requests)
        .anyMatch(l -> l.equalsIgnoreCase("upgrade: websocket"))
        .anyMatch(l -> l.equalsIgnoreCase("connection: upgrade"));
  }

  @Test
  void an_upgrade_that_is_not_granted_is_an_answer_like_others() throws Exception {
    answering("a", OK);
    try (Raw raw = new Raw(rig.port)) {
      for (int i = 0; i < 2; i++) {
        raw.send("GET", "/echo/ws", "Connection: Upgrade", "Upgrade: websocket");
        assertThat(raw.answer(false).body()).isEqualTo("ok");
      }
    }
  }

  @Test
  void what_a_trusted_proxy_says_of_earlier_hops_is_added_to() throws Exception {
    RawOrigin origin = answering("a", OK);
    assertThat(
            Raw.get(
                    rig.port,
                    "/echo/",
                    "X-Forwarded-For: 1.1.1.1",
                    "X-Forwarded-For: 2.2.2.2",
                    "X-Forwarded-Proto: https",
                    "Forwarded: for=1.1.1.1")
                .status())
        .isEqualTo(200);
    assertThat(origin.requests)
        .contains(
            "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 127.0.0.1",
            "X-Forwarded-Proto: https",
            "Forwarded: for=1.1.1.1, for=127.0.0.1;proto=http")
        .doesNotContain("X-Forwarded-Proto: http");
  }

  @Test
  void what_a_trusted_proxy_does_not_say_is_said_for_it() throws Exception {
    RawOrigin origin = answering("a", OK);
    assertThat(Raw.get(rig.port, "/echo/", "X-Forwarded-Port: 8443").status()).isEqualTo(200);
    assertThat(origin.requests)
        .contains("X-Forwarded-Port: 8443", "X-Forwarded-Proto: http", "X-Forwarded-Host: h");
    origin.requests.clear();
    assertThat(Raw.get(rig.port, "/echo/", "X-Forwarded-Host: front").status()).isEqualTo(200);
    assertThat(origin.requests)
        .contains("X-Forwarded-Host: front", "X-Forwarded-Proto: http")
        .doesNotContain("X-Forwarded-Host: h");
  }

  @Test
  void the_hops_that_a_request_may_make_are_counted_down() throws Exception {
    RawOrigin origin = answering("a", OK);
    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.send("OPTIONS", "/echo/", "Max-Forwards: 2").answer(false).status())
          .isEqualTo(200);
      assertThat(raw.send("GET", "/echo/", "Max-Forwards: 2").answer(false).status())
          .isEqualTo(200);
      Raw.Answer last = raw.send("TRACE", "/echo/", "Max-Forwards: 0").answer(false);
      assertThat(last.status()).isEqualTo(405);
      assertThat(last.header("allow")).isPresent();
      assertThat(raw.send("OPTIONS", "/echo/", "Max-Forwards: -1").answer(false).status())
          .isEqualTo(400);
    }
    assertThat(origin.requests)
        .filteredOn(line -> line.startsWith("Max-Forwards") || line.contains("HTTP/1.1"))
        .containsExactly(
            "OPTIONS / HTTP/1.1", "Max-Forwards: 1", "GET / HTTP/1.1", "Max-Forwards: 2");
  }

  @Test
  void a_trace_is_handed_on_or_made() throws Exception {
    RawOrigin origin = answering("a", OK);
    String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Raw.Answer unused = Raw.get(rig.port, "/echo/", "traceparent: " + parent, "X-Request-Id: mine");
    assertThat(origin.requests)
        .contains("traceparent: " + parent, "X-Request-Id: mine")
        .filteredOn(l -> l.startsWith("traceparent"))
        .hasSize(1);
    origin.requests.clear();
    Raw.Answer unusedToo = Raw.get(rig.port, "/echo/", "traceparent: 00-zz", "tracestate: a=b");
    assertThat(origin.requests)
        .anyMatch(l -> l.matches("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-00"))
        .anyMatch(l -> l.matches("X-Request-Id: [0-9a-f]{32}"))
        .noneMatch(l -> l.startsWith("tracestate"));
  }

  @Test
  void requests_that_are_sent_ahead_are_answered_in_order() throws Exception {
    RawOrigin origin = answering("a", OK);
    try (Raw raw = new Raw(rig.port)) {
      raw.text(
          "GET /echo/1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /none HTTP/1.1\r\nHost: h\r\n"
              + "Content-Length: 3\r\n\r\nabcGET /echo/2 HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(raw.answer(false).status()).isEqualTo(200);
      assertThat(raw.answer(false).status()).isEqualTo(404);
      assertThat(raw.answer(false).status()).isEqualTo(200);
    }
    assertThat(origin.requests).contains("GET /1 HTTP/1.1", "GET /2 HTTP/1.1");
  }

  @Test
  void an_absolute_target_is_asked_for_at_its_host() throws Exception {
    RawOrigin origin = answering("a", OK);
    try (Raw raw = new Raw(rig.port)) {
      raw.text("GET http://other:81/echo/x HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(raw.answer(false).status()).isEqualTo(200);
    }
    assertThat(origin.requests)
        .contains("GET /x HTTP/1.1", "Host: other:81")
        .doesNotContain("Host: h");
  }

  @Test
  void more_than_the_answer_is_nobodys_and_ends_its_connection() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              connections.incrementAndGet();
              while (!connection.head().isEmpty()) {
                connection.write(OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
              }
            });
    rig.register("echo", "a", origin.port());
    try (Raw raw = new Raw(rig.port)) {
      for (int i = 0; i < 3; i++) {
        assertThat(raw.send("GET", "/echo/").answer(false).body()).isEqualTo("ok");
      }
    }
    assertThat(connections).hasValue(3);
  }

  @Test
  void trailers_pass_to_who_asks_for_them() throws Exception {
    answering(
        "a",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\n"
            + "Content-Length: 9\r\n\r\n");
    try (Raw raw = new Raw(rig.port)) {
      raw.send("GET", "/echo/", "TE: trailers", "Connection: TE, close");
      assertThat(raw.answer(true).status()).isEqualTo(200);
      assertThat(raw.rest()).isEqualTo("1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n");
    }
  }

  @Test
  void a_client_of_http_1_0_may_keep_its_connection() throws Exception {
    answering("a", OK);
    try (Raw raw = new Raw(rig.port)) {
      for (int i = 0; i < 2; i++) {
        raw.text("GET /echo/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Raw.Answer answer = raw.answer(false);
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.header("connection")).contains("keep-alive");
      }
    }
  }

  @Test
  void a_client_that_ends_its_side_is_answered_when_the_node_says_so() throws Exception {
    answering("a", OK);
    try (Raw raw = new Raw(rig.port)) {
      raw.send("GET", "/echo/");
      raw.socket.shutdownOutput();
      assertThat(raw.answer(false).body()).isEqualTo("ok");
      assertThat(raw.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_get_that_one_cannot_answer_is_answered_by_another_but_a_post_is_not() throws Exception {
    answering("a", BUSY);
    answering("b", OK);
    rig.route("turns", "echo", "/turns", Strategy.ROUND_ROBIN, Affinity.NONE);
    for (int i = 0; i < 4; i++) {
      assertThat(Raw.get(rig.port, "/turns/").body()).isEqualTo("ok");
    }
    int busy = 0;
    for (int i = 0; i < 4; i++) {
      try (Raw raw = new Raw(rig.port)) {
        busy +=
            raw.send("POST", "/turns/", "Content-Length: 0").answer(false).status() == 503 ? 1 : 0;
      }
    }
    assertThat(busy).isBetween(1, 3);
    assertThat(rig.counter(Meters.PROXY_RETRIES, "service", "echo")).isPositive();
  }

  @Test
  void a_get_that_one_takes_too_long_for_is_answered_by_another() throws Exception {
    RawOrigin silent =
        new RawOrigin(
            connection -> {
              while (!connection.head().isEmpty()) {
                Thread.onSpinWait();
              }
            });
    rig.register("echo", "a", silent.port());
    answering("b", OK);
    rig.brief("/brief", "echo", 300, 30_000);
    for (int i = 0; i < 4; i++) {
      assertThat(Raw.get(rig.port, "/brief/").body()).isEqualTo("ok");
    }
  }

  @Test
  void a_route_takes_no_more_than_its_rate_and_its_number_at_once() throws Exception {
    answering("a", OK);
    put("limited", route(0, 0, 3, Map.of()));
    int limited = 0;
    for (int i = 0; i < 10; i++) {
      Raw.Answer answer = Raw.get(rig.port, "/limited/");
      limited += answer.status() == 429 ? 1 : 0;
      assertThat(answer.header("retry-after").isPresent()).isEqualTo(answer.status() == 429);
    }
    assertThat(limited).isPositive();

    RawOrigin silent = new RawOrigin(connection -> connection.head().addAll(connection.head()));
    rig.register("slow", "a", silent.port());
    put(
        "limited",
        new Route(
            "slow",
            "",
            "/limited",
            true,
            Strategy.ROUND_ROBIN,
            Affinity.NONE,
            "",
            Map.of(),
            0,
            0,
            5_000,
            1,
            0,
            0));
    try (Raw first = new Raw(rig.port)) {
      first.send("GET", "/limited/");
      rig.awaitAtWork("/slow/", 1);
      Raw.Answer second = Raw.get(rig.port, "/limited/");
      assertThat(second.status()).isEqualTo(503);
      assertThat(second.header("hawser-error")).contains("overloaded");
    }
  }

  @Test
  void routes_stand_beside_one_another() throws Exception {
    RawOrigin origin = answering("a", OK);
    for (String name : List.of("one", "two", "three")) {
      rig.route(name, "echo", "/" + name, Strategy.PEAK_EWMA, Affinity.NONE);
    }
    for (String name : List.of("one", "two", "three")) {
      assertThat(Raw.get(rig.port, "/" + name + "/x").status()).as(name).isEqualTo(200);
    }
    assertThat(origin.requests).filteredOn("GET /x HTTP/1.1"::equals).hasSize(3);
  }

  @Test
  void a_route_may_ask_for_headers() throws Exception {
    RawOrigin origin = answering("a", OK);
    put("limited", route(0, 0, 0, Map.of("X-Version", "1")));
    assertThat(Raw.get(rig.port, "/limited/x").status()).isEqualTo(404);
    assertThat(Raw.get(rig.port, "/limited/x", "x-version: 1").status()).isEqualTo(200);
    assertThat(origin.requests).contains("GET /x HTTP/1.1");
  }

  @Test
  void a_thousand_idle_connections_cost_nobody_else() throws Exception {
    answering("a", OK);
    Raw[] idle = new Raw[1_000];
    for (int i = 0; i < idle.length; i++) {
      idle[i] = new Raw(rig.port);
    }
    assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(200);
    for (Raw raw : idle) {
      raw.socket.setSoTimeout(1);
      assertThatThrownBy(raw::read)
          .isInstanceOf(IOException.class)
          .isInstanceOf(SocketTimeoutException.class);
      raw.close();
    }
  }
}
