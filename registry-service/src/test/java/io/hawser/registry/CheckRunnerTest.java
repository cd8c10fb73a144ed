package io.hawser.registry;

import static io.hawser.model.Facet.CheckType.HTTP;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.Facet.HttpTerms;
import io.hawser.model.InstanceKey;
import io.hawser.registry.core.CheckRun;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.CheckRun.Result.Cause;
import io.hawser.testing.Await;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckRunnerTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private CheckRunner runner = new CheckRunner(vertx);
  private final AtomicInteger connections = new AtomicInteger();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  private int http(Consumer<HttpServerRequest> handler) {
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(c -> connections.incrementAndGet())
            .requestHandler(handler::accept);
    return Await.result(server.listen(0, "127.0.0.1")).actualPort();
  }

  private int tcp(Consumer<NetSocket> handler) {
    NetServer server = vertx.createNetServer().connectHandler(handler::accept);
    return Await.result(server.listen(0, "127.0.0.1")).actualPort();
  }

  private static void answer(HttpServerRequest request, int status, Buffer body) {
    Future<Void> unused = request.response().setStatusCode(status).end(body);
  }

  private int closedPort() {
    HttpServer server = vertx.createHttpServer().requestHandler(request -> {});
    int port = Await.result(server.listen(0, "127.0.0.1")).actualPort();
    Await.result(server.close());
    return port;
  }

  private Future<Result> start(CheckType type, String host, int port, int timeoutMs) {
    return start(type, host, port, timeoutMs, 1);
  }

  private Future<Result> start(CheckType type, String host, int port, int timeoutMs, int attempts) {
    return start(new CheckSpec(type, "/health", 1_000, timeoutMs, 3, 2), host, port, attempts);
  }

  private Future<Result> start(CheckSpec spec, String host, int port, int attempts) {
    CheckRun run =
        new CheckRun(new InstanceKey("echo", "e1"), "one", 1, host, port, spec, attempts);
    Promise<Result> done = Promise.promise();
    context.runOnContext(v -> runner.run(run).onComplete(done));
    return done.future();
  }

  private Result check(CheckType type, int port) {
    return Await.result(start(type, "127.0.0.1", port, 1_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 299})
  void statuses_of_success_pass(int status) {
    int port = http(request -> answer(request, status, Buffer.buffer()));

    assertThat(check(CheckType.HTTP, port)).isEqualTo(new Result.Pass());
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 404, 503})
  void other_statuses_fail(int status) {
    int port = http(request -> answer(request, status, Buffer.buffer()));

    assertThat(check(CheckType.HTTP, port)).isEqualTo(new Result.Fail("status " + status));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP"})
  void a_closed_port_refuses(String type) {
    assertThat(check(CheckType.valueOf(type), closedPort()))
        .isEqualTo(new Result.Refusal("connection refused"));
  }

  @Test
  void an_open_port_passes_a_tcp_check() {
    assertThat(check(CheckType.TCP, tcp(socket -> {}))).isEqualTo(new Result.Pass());
  }

  @Test
  void one_that_accepts_and_never_answers_fails_at_the_time_out() {
    int port = tcp(socket -> {});
    long startNs = System.nanoTime();
    Result result = Await.result(start(CheckType.HTTP, "127.0.0.1", port, 300));

    assertThat(result).isEqualTo(new Result.Fail("no answer within 300 ms"));
    assertThat((System.nanoTime() - startNs) / 1_000_000).isBetween(250L, 2_000L);
  }

  @Test
  void a_connection_that_is_never_made_is_no_refusal() throws IOException {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Future<Result>> runs = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        runs.add(start(CheckType.TCP, "127.0.0.1", full.getLocalPort(), 300));
      }
      Await.result(Future.join(runs));

      assertThat(runs).extracting(Future::result).hasAtLeastOneElementOfType(Result.Fail.class);
      assertThat(runs).extracting(Future::result).noneMatch(Result.Refusal.class::isInstance);
    }
  }

  @Test
  void the_other_kinds_of_connect_exception_are_no_refusals() {
    assertThat(CheckRunner.failure(new ConnectTimeoutException("connection timed out")))
        .isEqualTo(new Result.Fail("no connection in time"));
    assertThat(CheckRunner.failure(new ConnectTimeoutException("refused: connection timed out")))
        .isInstanceOf(Result.Fail.class);
    assertThat(CheckRunner.failure(new ConnectException("Connection timed out")))
        .isInstanceOf(Result.Fail.class);
  }

  @Test
  void what_this_process_lacks_says_nothing_of_the_instance() {
    Throwable files = new IOException("Too many open files");

    assertThat(CheckRunner.failure(new ChannelException("Unable to create Channel", files)))
        .isInstanceOfSatisfying(
            Result.Blind.class, blind -> assertThat(blind.cause()).isEqualTo(Cause.LACKING));
    assertThat(CheckRunner.failure(new SocketException("Network is unreachable")))
        .isInstanceOfSatisfying(
            Result.Blind.class, blind -> assertThat(blind.cause()).isEqualTo(Cause.LOST));
    assertThat(CheckRunner.failure(new NoRouteToHostException("No route to host")))
        .isEqualTo(new Result.Fail("no route to host"));
  }

  /**
   * As of ::1 where there is no IPv6: one such instance must not make this node distrust itself.
   */
  @Test
  void an_address_that_cannot_be_used_from_here_is_no_want_of_this_process() {
    assertThat(CheckRunner.failure(new BindException("Cannot assign requested address")))
        .isInstanceOfSatisfying(
            Result.Blind.class, blind -> assertThat(blind.cause()).isEqualTo(Cause.LOST));
  }

  @Test
  void those_that_hang_leave_room_for_the_others() {
    int hung = tcp(socket -> {});
    int well = http(request -> answer(request, 200, Buffer.buffer("ok")));
    runner = new CheckRunner(vertx, 8);
    List<Future<Result>> hanging = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      hanging.add(start(HTTP, "127.0.0.1", hung, 5_000, 3));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(check(CheckType.HTTP, well)).isEqualTo(new Result.Pass());
    }

    assertThat(hanging).anyMatch(run -> !run.isComplete());
  }

  @Test
  void of_several_attempts_the_one_that_says_most_counts() {
    AtomicInteger taken = new AtomicInteger();
    int port =
        tcp(
            socket -> {
              if (taken.incrementAndGet() == 1) {
                Future<Void> unused = socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              }
            });

    assertThat(Await.result(start(HTTP, "127.0.0.1", port, 500, 3))).isEqualTo(new Result.Pass());
    assertThat(CheckRunner.harder(new Result.Refusal("refused"), new Result.Fail("late")))
        .isInstanceOf(Result.Refusal.class);
    assertThat(CheckRunner.harder(new Result.Blind(Cause.CROWDED, "none"), new Result.Fail("late")))
        .isInstanceOf(Result.Fail.class);
    Result lost = new Result.Blind(Cause.LOST, "unknown host");
    assertThat(CheckRunner.harder(new Result.Blind(Cause.CROWDED, "none"), lost)).isEqualTo(lost);
    assertThat(CheckRunner.harder(lost, lost)).isEqualTo(lost);
  }

  // ---- what an HTTP check asks, and expects

  private Result check(HttpTerms terms, int port) {
    CheckSpec spec =
        new CheckSpec(CheckType.HTTP, "/health", 1_000, 20_000, 3, 2, Optional.of(terms));
    return Await.result(start(spec, "localhost", port, 1));
  }

  @Test
  void it_asks_with_the_method_and_the_headers_of_its_terms() {
    int port =
        http(
            request ->
                answer(
                    request,
                    request.method().equals(HttpMethod.HEAD)
                            && "s3cret".equals(request.getHeader("X-Token"))
                        ? 204
                        : 400,
                    Buffer.buffer()));
    HttpTerms terms = new HttpTerms("HEAD", Map.of("X-Token", "s3cret"), 200, 299, "", false, true);

    assertThat(check(terms, port)).isEqualTo(new Result.Pass());
    assertThat(check(HttpTerms.DEFAULT, port)).isEqualTo(new Result.Fail("status 400"));
  }

  @Test
  void only_a_status_within_the_range_of_its_terms_passes() {
    int port = http(request -> answer(request, 401, Buffer.buffer()));

    assertThat(check(new HttpTerms("GET", Map.of(), 401, 403, "", false, true), port))
        .isEqualTo(new Result.Pass());
    assertThat(check(new HttpTerms("GET", Map.of(), 402, 403, "", false, true), port))
        .isEqualTo(new Result.Fail("status 401"));
  }

  @Test
  void only_a_body_with_the_text_of_its_terms_passes() {
    int port = http(request -> answer(request, 200, Buffer.buffer("{\"status\": \"green\"}")));

    assertThat(check(new HttpTerms("GET", Map.of(), 200, 299, "green", false, true), port))
        .isEqualTo(new Result.Pass());
    assertThat(check(new HttpTerms("GET", Map.of(), 200, 299, "red", false, true), port))
        .isEqualTo(new Result.Fail("the body lacks the expected text"));
  }

  @Test
  void over_tls_it_believes_whom_it_trusts_only_unless_told_otherwise() {
    SelfSignedCertificate own = SelfSignedCertificate.create("localhost");
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(own.keyCertOptions()))
            .requestHandler(request -> answer(request, 200, Buffer.buffer()));
    int port = Await.result(server.listen(0, "127.0.0.1")).actualPort();

    HttpTerms believing = new HttpTerms("GET", Map.of(), 200, 299, "", true, false);
    HttpTerms strict = new HttpTerms("GET", Map.of(), 200, 299, "", true, true);
    assertThat(check(strict, port)).isInstanceOf(Result.Fail.class);
    assertThat(check(believing, port)).isEqualTo(new Result.Pass());
    // Not over the connection of the one that believes anybody.
    assertThat(check(strict, port)).isInstanceOf(Result.Fail.class);
    assertThat(check(HttpTerms.DEFAULT, port)).isInstanceOf(Result.Fail.class);
  }

  @Test
  void no_more_are_under_way_than_may_be_and_the_others_wait() {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    int port =
        tcp(
            socket -> {
              most.accumulateAndGet(open.incrementAndGet(), Math::max);
              socket.closeHandler(v -> open.decrementAndGet());
            });
    runner = new CheckRunner(vertx, 2);
    List<Future<Result>> runs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      runs.add(start(CheckType.HTTP, "127.0.0.1", port, 200));
    }
    Await.result(Future.join(runs));

    assertThat(runs)
        .extracting(Future::result)
        .containsOnly(new Result.Fail("no answer within 200 ms"));
    // The server learns of an end later than the next one begins.
    assertThat(most.get()).isBetween(1, 4);
  }

  @Test
  void one_that_waits_for_long_has_seen_nothing() {
    int port = tcp(socket -> {});
    runner = new CheckRunner(vertx, 1);
    Future<Result> first = start(CheckType.HTTP, "127.0.0.1", port, 5_000);
    Result second = Await.result(start(CheckType.HTTP, "127.0.0.1", port, 100));

    assertThat(second).isEqualTo(new Result.Blind(Cause.CROWDED, "too many checks at once"));
    assertThat(first.isComplete()).isFalse();
  }

  @Test
  void a_hanging_check_delays_no_other() {
    int hung = tcp(socket -> {});
    int well = http(request -> answer(request, 200, Buffer.buffer("ok")));
    Future<Result> hanging = start(CheckType.HTTP, "127.0.0.1", hung, 5_000);
    for (int i = 0; i < 20; i++) {
      assertThat(check(CheckType.HTTP, well)).isEqualTo(new Result.Pass());
    }

    assertThat(hanging.isComplete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no such host", "host.invalid", "[::", "%00"})
  void a_check_that_cannot_even_start_ends(String host) {
    for (CheckType type : CheckType.values()) {
      assertThat(Await.result(start(type, host, 80, 2_000)))
          .isInstanceOfAny(Result.Fail.class, Result.Blind.class);
    }
  }

  @Test
  void checks_use_one_connection_again() {
    int port = http(request -> answer(request, 200, Buffer.buffer("ok")));
    for (int i = 0; i < 10; i++) {
      assertThat(check(CheckType.HTTP, port)).isEqualTo(new Result.Pass());
    }

    assertThat(connections).hasValue(1);
  }

  @Test
  void a_body_too_long_costs_the_connection_and_passes() {
    Buffer body = Buffer.buffer(new byte[HttpCheck.MAX_BODY_BYTES + 1]);
    int port = http(request -> answer(request, 200, body));

    assertThat(check(CheckType.HTTP, port)).isEqualTo(new Result.Pass());
    assertThat(check(CheckType.HTTP, port)).isEqualTo(new Result.Pass());
    assertThat(connections).hasValue(2);
  }

  @Test
  void a_kept_connection_that_the_server_drops_is_no_failure() {
    AtomicInteger requests = new AtomicInteger();
    int port =
        http(
            request -> {
              if (requests.incrementAndGet() == 2) {
                Future<Void> unused = request.connection().close();
              } else {
                answer(request, 200, Buffer.buffer("ok"));
              }
            });
    assertThat(check(CheckType.HTTP, port)).isEqualTo(new Result.Pass());

    assertThat(check(CheckType.HTTP, port)).isEqualTo(new Result.Pass());
    assertThat(requests).hasValue(3);
  }

  @Test
  void one_that_always_drops_the_connection_fails() {
    int port =
        tcp(
            socket -> {
              Future<Void> unused = socket.close();
            });

    assertThat(check(CheckType.HTTP, port)).isInstanceOf(Result.Fail.class);
  }
}
