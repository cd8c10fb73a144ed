package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Large bodies pass, and never more of them is in memory than a few buffers. */
class ProxyStreamingTest {
  private static final int CHUNK = 64 * 1024;
  private static final long BODY = 256L * 1024 * 1024;

  /** What sockets and buffers of four hops may hold; far below the body. */
  private static final long IN_FLIGHT = 32L * 1024 * 1024;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(2, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private static void pour(HttpServerResponse to, AtomicLong written) {
    Buffer chunk = Buffer.buffer(new byte[CHUNK]);
    while (!to.closed() && !to.ended() && !to.writeQueueFull()) {
      if (written.get() >= BODY) {
        to.end().onFailure(e -> {});
        return;
      }
      written.addAndGet(CHUNK);
      to.write(chunk).onFailure(e -> {});
    }
  }

  /** Waits until the value has not changed for a while. */
  private static long settled(AtomicLong value) {
    long last = -1;
    long sinceNs = System.nanoTime();
    long deadlineNs = sinceNs + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() - sinceNs < TimeUnit.MILLISECONDS.toNanos(400)) {
      if (value.get() != last) {
        last = value.get();
        sinceNs = System.nanoTime();
      }
      assertThat(System.nanoTime() - deadlineNs).as("it comes to rest").isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return last;
  }

  @Test
  void a_reader_that_stops_stops_the_origin_and_gets_everything_when_it_goes_on() throws Exception {
    AtomicLong written = new AtomicLong();
    int origin =
        rig.origin(
                request -> {
                  HttpServerResponse to = request.response().setChunked(true);
                  to.drainHandler(v -> pour(to, written));
                  pour(to, written);
                })
            .actualPort();
    rig.register("echo", "a", origin);

    try (Raw raw = new Raw(rig.port)) {
      raw.text("GET /echo/ HTTP/1.0\r\n\r\n");
      long stopped = settled(written);
      assertThat(stopped).isPositive().isLessThan(IN_FLIGHT);

      assertThat(raw.line()).contains("200");
      while (!raw.line().isEmpty()) {
        assertThat(raw.socket.isConnected()).isTrue();
      }
      assertThat(raw.drain()).isEqualTo(BODY);
    }
  }

  @Test
  void an_origin_that_stops_reading_stops_the_upload() throws Exception {
    AtomicLong received = new AtomicLong();
    AtomicLong sent = new AtomicLong();
    Runnable[] goOn = new Runnable[1];
    int origin =
        rig.origin(
                request -> {
                  request.pause();
                  request.handler(chunk -> received.addAndGet(chunk.length()));
                  request.endHandler(
                      v -> request.response().end(received.toString()).onFailure(e -> {}));
                  goOn[0] = request::resume;
                })
            .actualPort();
    rig.register("echo", "a", origin);

    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/echo/", "Content-Length: " + BODY);
      Thread sender = Thread.ofVirtual().start(() -> send(raw, sent));
      long stopped = settled(sent);
      assertThat(stopped).isPositive().isLessThan(IN_FLIGHT);

      rig.vertx.runOnContext(v -> goOn[0].run());
      assertThat(raw.answer(false).body()).isEqualTo(Long.toString(BODY));
      sender.join();
    }
  }

  private static void send(Raw raw, AtomicLong sent) {
    byte[] chunk = new byte[CHUNK];
    try {
      OutputStream out = raw.socket.getOutputStream();
      while (sent.get() < BODY) {
        out.write(chunk);
        sent.addAndGet(CHUNK);
      }
    } catch (IOException e) {
      sent.set(Long.MIN_VALUE);
    }
  }

  @Test
  void a_body_without_a_length_passes_in_both_directions_at_once() throws Exception {
    int origin =
        rig.origin(
                request -> {
                  HttpServerResponse to = request.response().setChunked(true);
                  request.handler(chunk -> to.write(chunk).onFailure(e -> {}));
                  request.endHandler(v -> to.end().onFailure(e -> {}));
                })
            .actualPort();
    rig.register("echo", "a", origin);

    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/echo/", "Transfer-Encoding: chunked");
      raw.text("5\r\nhello\r\n");
      assertThat(raw.line()).contains("200");
      while (!raw.line().isEmpty()) {
        assertThat(raw.socket.isConnected()).isTrue();
      }
      assertThat(raw.line()).isEqualTo("5");
      assertThat(raw.line()).isEqualTo("hello");
      raw.text("2\r\nyo\r\n0\r\n\r\n");
      assertThat(raw.line()).isEqualTo("2");
      assertThat(raw.line()).isEqualTo("yo");
      assertThat(raw.line()).isEqualTo("0");
    }
  }

  @Test
  void requests_in_flight_end_well_when_the_balancer_stops() throws Exception {
    Runnable[] finish = new Runnable[1];
    int origin =
        rig.origin(
                request ->
                    finish[0] =
                        () ->
                            rig.vertx.runOnContext(
                                v -> request.response().end("late").onFailure(e -> {})))
            .actualPort();
    rig.register("echo", "a", origin);

    try (Raw raw = new Raw(rig.port);
        Raw idle = new Raw(rig.port)) {
      raw.send("GET", "/echo/");
      BalancerRig.until("the request is there", () -> finish[0] != null);
      Future<Void> stopped = rig.undeployProxies();
      BalancerRig.until("readiness is taken back", () -> !rig.context.readiness().allReady());
      assertThat(idle.read()).isEqualTo(-1);
      finish[0].run();
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.body()).isEqualTo("late");
      assertThat(answer.header("connection")).contains("close");
      BalancerRig.await(stopped);
    }
  }
}
