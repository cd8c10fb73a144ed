package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Health;
import io.hawser.node.Meters;
import io.hawser.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Methods, headers, media types and sizes: what holds for every endpoint. */
class HttpShellTest {
  private static final String INSTANCE = "/services/shop/instances/s1";
  private static final String GOOD = "{\"host\":\"127.0.0.1\",\"port\":9001}";
  private static final int LIMIT = 1_048_576;

  private final TestApi api = new TestApi();

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void a_wrong_method_is_told_the_right_ones() {
    Reply reply = api.send("PATCH", TestApi.API + INSTANCE, Map.of(), GOOD);

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.code()).isEqualTo("method-not-allowed");
    assertThat(reply.header("Allow")).isEqualTo("DELETE, GET, PUT, HEAD");
    assertThat(api.send("OPTIONS", TestApi.API + "/heartbeats", Map.of(), "").header("Allow"))
        .isEqualTo("POST");
  }

  @Test
  void a_request_without_a_host_is_refused_and_not_done() throws IOException {
    api.instance("shop", "s1", Health.UP);
    try (Socket socket = api.connect()) {
      String request =
          "DELETE " + TestApi.API + INSTANCE + " HTTP/1.1\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      Reply reply = Reply.parse(socket.getInputStream().readAllBytes());
      assertThat(reply.code()).isEqualTo("bad-request");
    }
    assertThat(api.get(INSTANCE).status()).isEqualTo(200);
  }

  @Test
  void head_is_get_without_a_body() {
    Reply reply = api.send("HEAD", TestApi.API + "/services", Map.of(), "");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void answers_are_neither_stored_nor_sniffed_nor_shared_with_other_origins() {
    for (Reply reply : new Reply[] {api.get("/services"), api.get("/nothing")}) {
      assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
      assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void only_json_is_taken() {
    assertThat(type("application/x-www-form-urlencoded").code())
        .isEqualTo("unsupported-media-type");
    assertThat(type("text/plain").status()).isEqualTo(415);
    assertThat(type("Application/JSON; charset=utf-8").status()).isEqualTo(201);
    Map<String, String> gzip = Map.of("Content-Encoding", "gzip");
    assertThat(api.send("PUT", TestApi.API + INSTANCE, gzip, GOOD).status()).isEqualTo(415);
  }

  private Reply type(String type) {
    return api.send("PUT", TestApi.API + INSTANCE, Map.of("Content-Type", type), GOOD);
  }

  @Test
  void a_body_of_just_the_limit_is_read() {
    String body = GOOD + " ".repeat(LIMIT - GOOD.length());
    assertThat(api.put(INSTANCE, body).status()).isEqualTo(201);
    assertThat(api.put(INSTANCE, body + " ").code()).isEqualTo("body-too-large");
  }

  @Test
  void a_body_that_says_it_is_too_large_is_refused_before_it_is_sent() throws IOException {
    try (Socket socket = api.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("Content-Length: 999999999\r\nExpect: 100-continue\r\n"));
      out.flush();
      Reply reply = Reply.parse(socket.getInputStream().readAllBytes());
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.code()).isEqualTo("body-too-large");
    }
  }

  @Test
  void a_body_that_turns_out_too_large_is_refused_and_the_client_reads_why() throws IOException {
    try (Socket socket = api.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("Transfer-Encoding: chunked\r\n"));
      byte[] chunk =
          ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 40; i++) {
        out.write(chunk);
      }
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      Reply reply = Reply.parse(socket.getInputStream().readAllBytes());
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.code()).isEqualTo("body-too-large");
    }
  }

  @Test
  void a_client_that_goes_on_for_ever_is_cut_off() throws IOException {
    try (Socket socket = api.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("Transfer-Encoding: chunked\r\n"));
      byte[] chunk =
          ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      int sent = 0;
      boolean cut = false;
      while (!cut && sent < 4_000) {
        try {
          out.write(chunk);
          sent++;
        } catch (IOException e) {
          cut = true;
        }
      }
      assertThat(cut).isTrue();
    }
  }

  @Test
  void a_client_that_waits_to_go_on_is_told_to() throws IOException {
    try (Socket socket = api.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("Content-Length: " + GOOD.length() + "\r\nExpect: 100-continue\r\n"));
      out.flush();
      byte[] go = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
      assertThat(new String(go, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100");
      out.write(GOOD.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      assertThat(Reply.parse(socket.getInputStream().readAllBytes()).status()).isEqualTo(201);
    }
  }

  private static byte[] head(String headers) {
    String head =
        "PUT "
            + TestApi.API
            + INSTANCE
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\n"
            + headers
            + "\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void requests_are_counted_by_pattern_and_status() {
    Reply unused = api.get("/services/a/instances");
    unused = api.get("/services/b/instances");
    unused = api.get("/no-" + System.nanoTime());

    assertThat(count("/services/{service}/instances", "2xx")).isEqualTo(2);
    assertThat(count("none", "4xx")).isEqualTo(1);
  }

  private double count(String route, String status) {
    return api.node()
        .context()
        .meters()
        .counter(Meters.API_REQUESTS, "route", route, "status", status)
        .count();
  }

  @Test
  void the_role_is_ready_when_events_come_in() {
    Await.until("ready", () -> api.node().context().readiness().allReady());
    assertThat(api.node().context().readiness().roles()).containsEntry("gateway", "ready");
  }
}
