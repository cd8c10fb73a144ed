package io.hawser.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.plugin.PluginJar;
import io.hawser.testing.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example plugin in real nodes: two that have it, and one that has not. */
final class FailureLoggerTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "failure-logger");
  private static final String ROUTE = "/plugins/failure-logger";
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void the_plugin_works_survives_a_restart_and_is_no_bother_to_a_node_without_it()
      throws IOException {
    Path plugins = Files.createDirectories(dir.resolve("plugins"));
    PluginJar.of(EXAMPLE).write(plugins.resolve("failure-logger.jar"));
    int port = LocalCluster.freePorts(1).getFirst();
    try (LocalCluster cluster =
        LocalCluster.start(dir, 3, k -> k < 2 ? "plugins.dir: " + plugins + "\n" : "")) {
      try {
        JvmProcess backend = cluster.startBackend("echo-1", port, 0);
        awaitHealth(cluster, "passing");
        backend.kill();

        for (int node = 0; node < 2; node++) {
          awaitBoard(cluster.api(node), Map.of("node-0", 1, "node-1", 1));
          assertThat(Files.readString(dir.resolve("node-" + node).resolve("failures.log")))
              .containsOnlyOnce("echo/echo-1");
        }
        assertThat(cluster.api(2).get(ROUTE).status()).isEqualTo(404);
        assertThat(cluster.api(2).get("/metrics").body())
            .doesNotContain("hawser_bus_handler_failures_total{");

        cluster.restart(0);

        awaitBoard(cluster.api(0), Map.of());
        JvmProcess second = cluster.startBackend("echo-1", port, 2);
        awaitHealth(cluster, "passing");
        second.kill();
        awaitBoard(cluster.api(0), Map.of("node-0", 1, "node-1", 1));
        awaitBoard(cluster.api(1), Map.of("node-0", 2, "node-1", 2));
        assertThat(cluster.api(0).get(ROUTE).json().getJsonArray("failures")).hasSize(2);
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + cluster.tails(), e);
      }
    }
  }

  private static void awaitHealth(LocalCluster cluster, String health) {
    for (int node = 0; node < 3; node++) {
      Api api = cluster.api(node);
      Await.until(
          "node " + node + " sees the backend " + health,
          () ->
              api.get("/api/v1/services/echo/instances?health=" + health).body().contains("echo-1"),
          SOON);
    }
  }

  private static void awaitBoard(Api api, Map<String, Integer> notedBy) {
    Await.until(
        "the board shows " + notedBy,
        () -> {
          Api.Answer answer = api.get(ROUTE);
          return answer.status() == 200
              && answer.json().getJsonObject("notedBy").equals(new JsonObject(Map.copyOf(notedBy)));
        },
        SOON);
  }
}
