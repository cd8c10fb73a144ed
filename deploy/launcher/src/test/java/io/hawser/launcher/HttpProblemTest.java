package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API port answers to requests that no role has anything to do with. */
@TestInstance(Lifecycle.PER_CLASS)
final class HttpProblemTest {
  private static final String HOST = "Host: localhost\r\n";

  private final Vertx vertx = Vertx.vertx();
  private int port;

  @BeforeAll
  void start() {
    Router router = Router.router(vertx);
    HttpProblem.answerFailuresOf(router);
    router.route().handler(new HostCheck(""));
    router.get("/metrics").handler(request -> request.end("fine").onFailure(request::fail));
    router.get("/broken").handler(request -> request.fail(new IllegalStateException("planted")));
    HttpServer server =
        Await.result(
            vertx
                .createHttpServer(
                    new HttpServerOptions().setMaxInitialLineLength(1024).setMaxHeaderSize(2048))
                .requestHandler(router)
                .invalidRequestHandler(HttpProblem::answerInvalid)
                .listen(0, "127.0.0.1"));
    port = server.actualPort();
  }

  @AfterAll
  void stop() {
    Await.result(vertx.close());
  }

  /** The answer, and the end of the connection. */
  private String send(String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void isProblem(String answer, int status, String code) throws IOException {
    assertThat(answer).matches("(?s)HTTP/1[.][01] " + status + " .*");
    assertThat(answer.toLowerCase(java.util.Locale.ROOT))
        .contains("content-type: application/problem+json\r\n");
    JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("code")).isEqualTo(code);
    assertThat(problem.getString("type")).isEqualTo("urn:hawser:problem:" + code);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    try (InputStream in =
        HttpProblem.class.getResourceAsStream("/io/hawser/gateway/openapi.yaml")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains(code);
    }
  }

  @Test
  void a_request_line_that_is_too_long_is_414() throws IOException {
    isProblem(
        send("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n" + HOST + "\r\n"), 414, "uri-too-long");
  }

  @Test
  void headers_that_are_too_large_are_431() throws IOException {
    isProblem(
        send("GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(5_000) + "\r\n\r\n"),
        431,
        "headers-too-large");
  }

  @ParameterizedTest
  @CsvSource({"GET / HTTP/9.x", "nonsense", "GET  / / HTTP/1.1 x"})
  void what_is_not_http_is_400(String line) throws IOException {
    isProblem(send(line + "\r\n" + HOST + "\r\n"), 400, "bad-request");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nothing,404,unknown-path",
    "POST,/metrics,405,method-not-allowed",
    "GET,/broken,500,internal-error"
  })
  void what_no_route_does_is_told_as_a_problem(String method, String path, int status, String code)
      throws IOException {
    String request = method + " " + path + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
    isProblem(send(request), status, code);
  }

  @Test
  void a_request_without_a_host_is_400() throws IOException {
    isProblem(send("GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n"), 400, "bad-request");
    isProblem(
        send("GET /%zz HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"), 400, "bad-request");
  }

  @Test
  void pages_of_others_are_refused_and_cut_off() throws IOException {
    isProblem(send("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421, "foreign-host");
    isProblem(
        send("GET /metrics HTTP/1.1\r\n" + HOST + "Origin: http://evil.example\r\n\r\n"),
        403,
        "foreign-origin");
  }
}
