package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** A client that has asked for more than it reads gets all of it, whatever ends the connection. */
class UnreadAnswersTest {
  private static final String BODY = "x".repeat(2_000);
  private static final int STEP = 100;

  /** More than buffers hold by far. */
  private static final int MOST = 100_000;

  private final AtomicInteger asked = new AtomicInteger();
  private @Nullable BalancerRig rig;

  @AfterEach
  void stop() throws Exception {
    if (rig != null) {
      rig.close();
    }
  }

  private BalancerRig begin(Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("node.drain-ms", "0");
    BalancerRig begun = new BalancerRig(1, all);
    rig = begun;
    int port =
        begun
            .origin(
                request -> {
                  asked.incrementAndGet();
                  request.response().end(BODY).onFailure(e -> {});
                })
            .actualPort();
    begun.register("echo", "a", port);
    return begun;
  }

  /** Asks until nothing more is served; returns how often it has asked. */
  private int fill(Raw raw) throws IOException {
    int sent = 0;
    while (sent < MOST) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < STEP; i++) {
        requests.append("GET /echo/ HTTP/1.1\r\nHost: h\r\n\r\n");
      }
      raw.text(requests.toString());
      sent += STEP;
      if (settled(sent) < sent) {
        return sent;
      }
    }
    throw new AssertionError("a client that does not read is served on and on");
  }

  /** How many have been asked for when all have, or when there have been no more for a while. */
  private int settled(int all) {
    int last = -1;
    long sinceNs = System.nanoTime();
    while (last < all && System.nanoTime() - sinceNs < TimeUnit.MILLISECONDS.toNanos(700)) {
      if (asked.get() != last) {
        last = asked.get();
        sinceNs = System.nanoTime();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return last;
  }

  /** Reads answers to the end of the connection, each of them whole; returns how many. */
  private static int read(ThrowingSupplier<Raw.Answer> answers) throws Throwable {
    int read = 0;
    for (Optional<Raw.Answer> next = next(answers); next.isPresent(); next = next(answers)) {
      assertThat(next.get().status()).isEqualTo(200);
      assertThat(next.get().body()).hasSize(BODY.length());
      read++;
    }
    return read;
  }

  private static Optional<Raw.Answer> next(ThrowingSupplier<Raw.Answer> answers) throws Throwable {
    try {
      return Optional.of(answers.get());
    } catch (EOFException e) {
      assertThat(e).hasMessage("the connection ended in a line: ");
      return Optional.empty();
    }
  }

  @Test
  void when_the_gateway_drains() throws Throwable {
    BalancerRig begun = begin(Map.of());
    try (Raw raw = new Raw(begun.port)) {
      int unused = fill(raw);
      int before = asked.get();
      Future<Void> stopped = begun.undeployProxies();
      // Past the time after which what is idle is closed.
      int unusedCount = settled(MOST);

      int read = read(() -> raw.answer(false));
      assertThat(read).isGreaterThanOrEqualTo(before).isEqualTo(asked.get());
      BalancerRig.await(stopped);
    }
  }

  @Test
  void when_the_client_ends_its_side() throws Throwable {
    BalancerRig begun = begin(Map.of());
    try (Raw raw = new Raw(begun.port)) {
      int unused = fill(raw);
      int before = asked.get();
      raw.socket.shutdownOutput();
      int unusedCount = settled(MOST);

      int read = read(() -> raw.answer(false));
      assertThat(read).isGreaterThanOrEqualTo(before - 1);
    }
  }

  @Test
  void and_all_that_it_asked_for_where_that_is_served() throws Throwable {
    BalancerRig begun = begin(Map.of("balancer.serve-half-closed", "true"));
    try (Raw raw = new Raw(begun.port)) {
      int sent = fill(raw);
      raw.socket.shutdownOutput();
      int unusedCount = settled(MOST);

      int read = read(() -> raw.answer(false));
      assertThat(read).isEqualTo(sent);
    }
  }
}
