package io.hawser.drill.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OpenLoadTest {
  private static final long STALL_MS = 600;

  private final CountDownLatch never = new CountDownLatch(1);
  private final long startNs = System.nanoTime();
  private final HttpServer server;

  OpenLoadTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
  }

  @BeforeEach
  void start() {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Hawser-Instance", "shop/s1");
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
          }
        });
    server.createContext(
        "/stall",
        exchange -> {
          try (exchange) {
            long leftMs = STALL_MS - (System.nanoTime() - startNs) / 1_000_000;
            if (leftMs > 0) {
              boolean unused = never.await(leftMs, TimeUnit.MILLISECONDS);
            }
            exchange.sendResponseHeaders(204, -1);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private LoadPlan plan(String path, int count, InetSocketAddress... targets) {
    LoadPlan gets = LoadPlan.gets(List.of(targets), path, 200, targets.length > 1);
    return new LoadPlan(
        gets.targets(), gets.request(), 200, Duration.ofSeconds(10), count, gets.others());
  }

  private static AnswerLog run(LoadPlan plan) throws InterruptedException {
    AnswerLog log = new AnswerLog();
    try (OpenLoad load = OpenLoad.start(plan, log::add)) {
      load.awaitEnd();
    }
    return log;
  }

  @Test
  void every_request_ends_in_an_answer_that_says_who_gave_it() throws Exception {
    AnswerLog log = run(plan("/", 50, server.getAddress()));

    assertThat(log.all()).hasSize(50).noneMatch(Answer::failed);
    assertThat(log.all()).extracting(Answer::instance).containsOnly("s1");
    assertThat(log.figures().getInteger("failed")).isZero();
  }

  @Test
  void requests_start_at_their_times_while_earlier_ones_wait() throws Exception {
    AnswerLog log = run(plan("/stall", 40, server.getAddress()));

    assertThat(log.all()).hasSize(40).noneMatch(Answer::failed);
    // All of them were due within the stall, and each waited for what was left of it.
    long firstMs = log.all().getFirst().latencyNs() / 1_000_000;
    long lastMs = log.all().getLast().latencyNs() / 1_000_000;
    assertThat(log.all().getLast().intendedNs() - log.all().getFirst().intendedNs())
        .isEqualTo(39 * TimeUnit.SECONDS.toNanos(1) / 200);
    assertThat(firstMs).isGreaterThan(lastMs);
  }

  @Test
  void a_refused_connection_is_a_failure_unless_another_target_may_be_asked() throws Exception {
    InetSocketAddress closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = (InetSocketAddress) socket.getLocalSocketAddress();
    }

    assertThat(run(plan("/", 4, closed)).all())
        .extracting(Answer::failure)
        .containsOnly("connection refused");
    AnswerLog both = run(plan("/", 4, closed, server.getAddress()));
    assertThat(both.all()).noneMatch(Answer::failed);
    assertThat(both.figures().getInteger("turnedAway")).isEqualTo(2);
  }

  @Test
  void an_error_status_is_a_failure() throws Exception {
    server.createContext(
        "/broken",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(503, -1);
          }
        });

    AnswerLog log = run(plan("/broken", 3, server.getAddress()));

    assertThat(log.figures().getJsonObject("failures").getInteger("status 503")).isEqualTo(3);
  }
}
