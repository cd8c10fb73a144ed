package io.hawser.drill.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.drill.load.PhaseLog.Phase;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClosedLoadTest {
  private static final String OK =
      "HTTP/1.1 200 OK\r\nHawser-Instance: i1\r\nContent-Length: 2\r\n\r\nok";
  private static final int CLIENTS = 4;
  private static final int PATIENCE_MS = 30_000;

  /** What the server does with the request of this number on its connection. */
  private interface Deed {
    /** The answer; empty: none, and the connection ends. */
    String answer(int number);
  }

  private final ServerSocket server;
  private final AtomicInteger asked = new AtomicInteger();

  ClosedLoadTest() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void serve(Deed deed) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket socket = server.accept();
                  Thread.ofVirtual().start(() -> serve(socket, deed));
                }
              } catch (IOException e) {
                Thread.onSpinWait();
              }
            });
  }

  private void serve(Socket socket, Deed deed) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (int number = 0; in.readLine() != null; number++) {
        while (!in.readLine().isEmpty()) {
          Thread.onSpinWait();
        }
        asked.incrementAndGet();
        String answer = deed.answer(number);
        if (answer.isEmpty()) {
          return;
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PhaseLog run(Duration length) throws InterruptedException {
    PhaseLog log = new PhaseLog();
    byte[] get = HttpRequest.bytes("GET", "/", Map.of());
    ClosedLoad.start(
            new ClosedLoad.Plan(
                (InetSocketAddress) server.getLocalSocketAddress(),
                number -> get,
                CLIENTS,
                length,
                PATIENCE_MS),
            log::add)
        .awaitEnd();
    return log;
  }

  @Test
  void each_request_is_counted_once_and_connections_are_kept() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    serve(
        number -> {
          connections.addAndGet(number == 0 ? 1 : 0);
          return OK;
        });

    PhaseLog log = run(Duration.ofMillis(300));

    assertThat(log.requests()).isEqualTo(asked.get()).isGreaterThanOrEqualTo(CLIENTS);
    assertThat(log.failed()).isZero();
    assertThat(connections).hasValue(CLIENTS);
  }

  @Test
  void a_connection_that_ends_without_an_answer_is_a_failure() throws Exception {
    serve(number -> number % 2 == 0 ? OK : "");

    PhaseLog log = run(Duration.ofMillis(300));

    assertThat(log.requests()).isEqualTo(asked.get());
    assertThat(log.failed()).isPositive();
    assertThat(log.figures(Phase.BEFORE).getJsonObject("failures").fieldNames())
        .containsOnly("connection closed before the answer");
  }

  @Test
  void what_is_under_way_at_the_end_is_waited_for() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    serve(
        number -> {
          try {
            boolean unused = never.await(400, TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return OK;
        });

    PhaseLog log = run(Duration.ofMillis(50));

    assertThat(log.requests()).isEqualTo(CLIENTS);
    assertThat(log.slowest().getJsonObject(0).getDouble("tookMs")).isGreaterThanOrEqualTo(390);
    assertThat(log.slowest().getJsonObject(0).getString("answeredBy")).isEqualTo("i1");
  }

  private static Answer answer(long fromNs, long toNs) {
    return new Answer(fromNs, toNs, 0, 200, "i", "", 0);
  }

  @Test
  void a_request_is_of_the_fault_when_any_of_its_time_is() {
    PhaseLog log = new PhaseLog();
    log.nextRound();
    long beforeNs = System.nanoTime();
    log.add(answer(beforeNs - 10, beforeNs));
    log.faultBegins();
    long duringNs = System.nanoTime();
    log.add(answer(beforeNs, duringNs));
    log.stoodStill(duringNs, duringNs + 7_000_000);
    log.faultEnds();
    long afterNs = System.nanoTime();
    log.add(answer(duringNs, afterNs));
    log.add(answer(afterNs, afterNs + 1));

    assertThat(log.figures(Phase.BEFORE).getLong("requests")).isEqualTo(1);
    assertThat(log.figures(Phase.DURING).getLong("requests")).isEqualTo(2);
    assertThat(log.figures(Phase.AFTER).getLong("requests")).isEqualTo(1);
    JsonObject during = log.figures(Phase.DURING);
    assertThat(during.getDouble("machineStoodStillMs")).isEqualTo(7.0);
    assertThat(log.figures(Phase.AFTER).getDouble("machineStoodStillMs")).isZero();
  }

  @Test
  void the_next_round_begins_before_its_fault() {
    PhaseLog log = new PhaseLog();
    log.nextRound();
    log.faultBegins();
    log.faultEnds();
    log.nextRound();

    long nowNs = System.nanoTime();
    log.add(answer(nowNs, nowNs + 1));

    assertThat(log.figures(Phase.BEFORE).getLong("requests")).isEqualTo(1);
  }
}
