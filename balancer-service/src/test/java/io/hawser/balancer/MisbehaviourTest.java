package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Event.InstanceEjected;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients and instances send that they should not, and what each of them hears then. */
class MisbehaviourTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final int SHORT_MS = 20_000;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @CanIgnoreReturnValue
  private AtomicInteger origin(String id, String answer) throws Exception {
    AtomicInteger requests = new AtomicInteger();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              while (!connection.head().isEmpty()) {
                requests.incrementAndGet();
                connection.write(answer);
              }
            });
    rig.register("echo", id, origin.port());
    return requests;
  }

  private Raw client() throws Exception {
    Raw raw = new Raw(rig.port);
    raw.socket.setSoTimeout(SHORT_MS);
    return raw;
  }

  @Test
  void an_instance_that_stops_answering_on_kept_connections_is_ejected() throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    int origin =
        rig.origin(
                request -> {
                  if (!stopped.get()) {
                    rig.vertx.setTimer(20, id -> request.response().end("ok").onFailure(e -> {}));
                  }
                })
            .actualPort();
    rig.register("echo", "a", origin);
    rig.brief("/brief", "echo", 0, 300);
    List<Raw> clients = List.of(client(), client(), client());
    for (Raw raw : clients) {
      raw.send("GET", "/echo/");
    }
    for (Raw raw : clients) {
      assertThat(raw.answer(false).status()).isEqualTo(200);
    }

    stopped.set(true);
    for (Raw raw : clients) {
      raw.send("GET", "/brief/");
    }
    for (Raw raw : clients) {
      assertThat(raw.answer(false).status()).isEqualTo(504);
      raw.close();
    }
    BalancerRig.until(
        "it is ejected",
        () -> rig.events.stream().anyMatch(e -> e.body() instanceof InstanceEjected));
  }

  @Test
  void information_before_an_answer_is_handed_on_but_not_to_clients_of_http_1_0() throws Exception {
    AtomicInteger requests =
        origin(
            "a",
            "HTTP/1.1 102 Processing\r\n\r\n"
                + "HTTP/1.1 199 Whatever\r\nX: 1\r\n\r\n"
                + "HTTP/1.1 102 Processing\r\n\r\n"
                + OK);

    try (Raw raw = client()) {
      for (int i = 0; i < 3; i++) {
        raw.send("GET", "/echo/");
        assertThat(raw.answer(false).status()).isEqualTo(102);
        assertThat(raw.answer(false).status()).isEqualTo(199);
        assertThat(raw.answer(false).status()).isEqualTo(102);
        assertThat(raw.answer(false).body()).isEqualTo("ok");
      }
    }
    try (Raw raw = client()) {
      raw.text("GET /echo/ HTTP/1.0\r\n\r\n");
      assertThat(raw.answer(false).body()).isEqualTo("ok");
    }
    assertThat(requests).hasValue(4);
  }

  @Test
  void early_hints_are_handed_on_to_clients_of_http_1_1_only() throws Exception {
    origin("a", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nConnection: X-P\r\nX-P: 1\r\n\r\n" + OK);

    try (Raw raw = client()) {
      Raw.Answer hints = raw.send("GET", "/echo/").answer(false);
      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.header("link")).contains("</x>");
      assertThat(hints.header("x-p")).isEmpty();
      assertThat(raw.answer(false).body()).isEqualTo("ok");
    }
    try (Raw raw = client()) {
      raw.text("GET /echo/ HTTP/1.0\r\n\r\n");
      assertThat(raw.answer(false).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 1200 Much\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 099 Little\r\nContent-Length: 0\r\n\r\n",
      })
  void a_status_that_cannot_be_is_502_and_the_request_is_not_sent_again(String answer)
      throws Exception {
    AtomicInteger a = origin("a", answer);
    AtomicInteger b = origin("b", answer);

    try (Raw raw = client()) {
      Raw.Answer got = raw.send("GET", "/echo/").answer(false);
      assertThat(got.status()).isEqualTo(502);
      assertThat(got.header("hawser-error")).contains("upstream-failed");
    }
    assertThat(a.get() + b.get()).isEqualTo(1);
  }

  @Test
  void a_reason_phrase_with_control_bytes_is_dropped() throws Exception {
    origin("a", "HTTP/1.1 200 O\u0001K\u007f\r\nContent-Length: 2\r\n\r\nok");

    try (Raw raw = client()) {
      assertThat(raw.send("GET", "/echo/").line()).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /echo/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /echo/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n-1\r\n",
        "POST /echo/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n",
      })
  void a_body_that_cannot_be_read_is_400(String text) throws Exception {
    RawOrigin origin = new RawOrigin(connection -> connection.head().addAll(connection.head()));
    rig.register("echo", "a", origin.port());

    try (Raw raw = client()) {
      Raw.Answer answer = raw.text(text).answer(false);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("bad-request");
      assertThat(raw.read()).isEqualTo(-1);
    }
    BalancerRig.until(
        "it is counted as the client's fault",
        () -> rig.counter("hawser_proxy_requests_total", "service", "echo", "code", "4xx") == 1);
    assertThat(rig.counter("hawser_proxy_requests_total", "service", "echo", "code", "aborted"))
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /echo/\u0001 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /echo/\u007f HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /echo/\u00c3\u00a9 HTTP/1.1\r\nHost: h\r\n\r\n",
        "G\u0001T /echo/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /echo/ HTTP/1.1\r\nHost: h\r\nX: a\u0001b\r\n\r\n",
        "GET /echo/ HTTP/1.1\r\nHost: h\r\nX: a\u007fb\r\n\r\n",
        "GET /echo/ HTTP/1.1\r\nHost: h\r\nX\u0002: ab\r\n\r\n",
        "GET /echo/ HTTP/1.1\r\nHost: h\r\nX\u00e9: ab\r\n\r\n",
        "GET /echo/ HTTP/1.1\r\nHost: h\r\n: ab\r\n\r\n",
      })
  void a_head_with_bytes_that_do_not_belong_there_is_400(String text) throws Exception {
    AtomicInteger requests = origin("a", OK);

    try (Raw raw = client()) {
      Raw.Answer answer = raw.text(text).answer(false);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("hawser-error")).contains("bad-request");
    }
    assertThat(requests).hasValue(0);
  }

  @Test
  void a_value_beyond_ascii_passes_byte_by_byte() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              seen.addAll(connection.head());
              connection.write(OK);
            });
    rig.register("echo", "a", origin.port());

    try (Raw raw = client()) {
      String value = "caf\u00c3\u00a9 \u00e9";
      assertThat(raw.send("GET", "/echo/", "X: " + value).answer(false).status()).isEqualTo(200);
      assertThat(seen).contains("X: " + value);
    }
  }

  @Test
  void a_client_that_asks_to_close_among_other_things_is_obeyed() throws Exception {
    origin("a", OK);

    for (String path : List.of("/echo/", "/none/")) {
      try (Raw raw = client()) {
        Raw.Answer answer = raw.send("GET", path, "Connection: X-A, Close").answer(false);
        assertThat(answer.header("connection")).contains("close");
        assertThat(raw.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void the_meters_of_a_service_that_is_gone_go_with_it() throws Exception {
    origin("a", OK);
    assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(200);
    assertThat(Raw.get(rig.port, "/none/").status()).isEqualTo(404);
    assertThat(rig.context.meters().registry().find("hawser_proxy_requests_total").counters())
        .anyMatch(counter -> "echo".equals(counter.getId().getTag("service")));

    InstanceKey key = new InstanceKey("echo", "a");
    BalancerRig.await(rig.context.catalog().delete(FacetKey.of(Kind.VERDICT, key)));
    BalancerRig.await(rig.context.catalog().delete(FacetKey.of(Kind.REGISTRATION, key)));

    BalancerRig.until(
        "its meters are gone",
        () ->
            rig.context.meters().registry().getMeters().stream()
                .noneMatch(meter -> "echo".equals(meter.getId().getTag("service"))));
    assertThat(rig.counter("hawser_proxy_requests_total", "service", "", "code", "4xx"))
        .isEqualTo(1);
  }

  @Test
  void a_failure_of_one_tick_leaves_the_others_their_time() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              connection.head();
            });
    rig.register("echo", "a", origin.port());
    rig.brief("/brief", "echo", 0, 300);
    CountDownLatch failed = new CountDownLatch(1);
    rig.aheadNs =
        () -> {
          if (failed.getCount() > 0 && Thread.currentThread().getName().contains("hawser-proxy")) {
            failed.countDown();
            throw new IllegalStateException("once");
          }
          return 0;
        };
    assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();

    try (Raw raw = client()) {
      assertThat(raw.send("GET", "/brief/").answer(false).status()).isEqualTo(504);
    }
    origin.close();
  }
}
