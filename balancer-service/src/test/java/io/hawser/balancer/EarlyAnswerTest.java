package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer to a request that is still being sent is read, and says that the connection ends. */
class EarlyAnswerTest {
  private static final int MUCH = 20_000_000;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  /** Completes when all has been sent, and fails when the connection is reset before. */
  private static CompletableFuture<Void> pour(Raw raw, String body) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Thread unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    raw.text(body);
                    sent.complete(null);
                  } catch (IOException e) {
                    sent.completeExceptionally(e);
                  }
                });
    return sent;
  }

  @Test
  void the_refusal_of_a_long_upload_is_read_and_nothing_is_reset() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/none", "Content-Length: " + MUCH);
      CompletableFuture<Void> sent = pour(raw, "x".repeat(MUCH));

      Raw.Answer answer = raw.answer(false);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.header("connection")).contains("close");
      assertThat(raw.rest()).isEmpty();
      assertThat(sent.get(20, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void so_is_that_of_a_slow_one() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/none", "Transfer-Encoding: chunked");
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.status()).isEqualTo(404);
      for (int i = 0; i < 8; i++) {
        raw.text("1\r\nx\r\n");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
      }
      assertThat(answer.header("connection")).contains("close");
      assertThat(raw.rest()).isEmpty();
    }
  }

  @Test
  void so_is_what_an_instance_says_before_it_has_read_all() throws Exception {
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
              while (connection.in().read() >= 0) {
                Thread.onSpinWait();
              }
            })) {
      rig.register("echo", "a", origin.port());
      try (Raw raw = new Raw(rig.port)) {
        raw.send("POST", "/echo/", "Content-Length: " + MUCH);
        CompletableFuture<Void> sent = pour(raw, "x".repeat(MUCH));

        Raw.Answer answer = raw.answer(false);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("connection")).contains("close");
        assertThat(raw.rest()).isEmpty();
        assertThat(sent.get(20, TimeUnit.SECONDS)).isNull();
      }
    }
  }

  @Test
  void the_refusal_of_a_short_one_leaves_the_connection() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/none", "Content-Length: 5").text("hello");
      Raw.Answer answer = raw.answer(false);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.header("connection")).isEmpty();
      assertThat(raw.send("GET", "/echo/").answer(false).body()).isEqualTo("a");
    }
  }
}
