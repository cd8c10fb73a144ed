package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written down of requests that were tried twice, or were none. */
class AccountTest {
  private static final int FASTER = 60;

  @TempDir Path dir;
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BalancerRig(
            1, Map.of("balancer.head-timeout-ms", "300", "balancer.access-log", file().toString()));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private Path file() {
    return dir.resolve("access.log");
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file());
    } catch (IOException e) {
      return List.of();
    }
  }

  private JsonObject only() {
    BalancerRig.until("it is written", () -> !lines().isEmpty());
    assertThat(lines()).hasSize(1);
    return new JsonObject(lines().getFirst());
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/1.1\nHost: h\r\n\r\n', 400, bad-request",
    "'GET / HTTP/2.5\r\nHost: h\r\n\r\n', 505, ",
    "'GET / HTTP/1.1\r\nHost: ', 408, head-too-slow",
  })
  void what_is_no_request_is_written_down(String bytes, int status, String reason)
      throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      assertThat(raw.text(bytes).answer(false).status()).isEqualTo(status);
    }

    JsonObject line = only();
    assertThat(line.getInteger("status")).isEqualTo(status);
    assertThat(line.getString("client")).isEqualTo("127.0.0.1");
    if (reason != null) {
      assertThat(line.getString("reason")).isEqualTo(reason);
    }
  }

  @Test
  void each_try_has_its_number_and_the_ids_that_are_written_down() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    AtomicBoolean asked = new AtomicBoolean();
    for (String id : List.of("a", "b")) {
      RawOrigin origin =
          new RawOrigin(
              connection -> {
                seen.addAll(connection.head());
                if (asked.getAndSet(true)) {
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                }
              });
      rig.register("echo", id, origin.port());
    }
    assertThat(Raw.get(rig.port, "/echo/", "Hawser-Attempt: 9").status()).isEqualTo(200);

    JsonObject line = only();
    assertThat(line.getInteger("attempts")).isEqualTo(2);
    assertThat(seen.stream().filter(l -> l.startsWith("Hawser-Attempt")))
        .containsExactly("Hawser-Attempt: 2");
    List<String> ids = seen.stream().filter(l -> l.startsWith("X-Request-Id: ")).toList();
    List<String> parents = seen.stream().filter(l -> l.startsWith("traceparent: ")).toList();
    assertThat(ids).hasSize(2).containsOnly("X-Request-Id: " + line.getString("id"));
    assertThat(parents)
        .hasSize(2)
        .allMatch(parent -> parent.startsWith("traceparent: 00-" + line.getString("trace") + "-"));
  }

  @Test
  void what_the_node_does_not_wait_for_any_longer_is_no_client_that_went_away() throws Exception {
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              asked.complete(!connection.head().isEmpty());
              connection.head();
            });
    rig.register("echo", "a", origin.port());
    rig.brief("/brief", "echo", 0, 3_600_000);
    try (Raw raw = new Raw(rig.port)) {
      raw.send("GET", "/brief/");
      assertThat(asked.get(10, TimeUnit.SECONDS)).isTrue();
      long startNs = System.nanoTime();
      rig.aheadNs = () -> FASTER * (System.nanoTime() - startNs);
      BalancerRig.await(rig.undeployProxies());
    }

    JsonObject line = only();
    assertThat(line.getInteger("status")).isZero();
    assertThat(line.getString("reason")).isEqualTo("node-stopped");
  }

  @Test
  void what_the_client_brings_is_written_down_as_it_is() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    String trace = "0af7651916cd43dd8448eb211c80319c";
    assertThat(
            Raw.get(
                    rig.port,
                    "/echo/",
                    "X-Request-Id: mine",
                    "traceparent: 00-" + trace + "-b7ad6b7169203331-01")
                .status())
        .isEqualTo(200);

    JsonObject line = only();
    assertThat(line.getString("id")).isEqualTo("mine");
    assertThat(line.getString("trace")).isEqualTo(trace);
  }
}
