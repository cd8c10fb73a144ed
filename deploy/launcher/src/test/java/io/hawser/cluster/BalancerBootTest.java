package io.hawser.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that has nothing but its disk: no registry and no store are there. */
final class BalancerBootTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path dir;

  @Test
  void a_balancer_boots_and_serves_what_its_disk_has_with_registry_and_store_gone() {
    AtomicReference<String> settings = new AtomicReference<>("");
    List<Integer> ports = LocalCluster.freePorts(1);
    try (LocalCluster cluster = LocalCluster.start(dir, 1, k -> settings.get())) {
      JvmProcess backend = cluster.startBackend("echo-1", ports.get(0), 0);
      JsonObject route = new JsonObject().put("service", "echo").put("pathPrefix", "/hi");
      Await.until(
          "the store takes the route",
          () -> cluster.api(0).put("/api/v1/routes/hi", route).status() < 300,
          SOON);
      awaitServed(cluster);

      settings.set("node.roles: balancer,gateway\n");
      cluster.restart(0);
      awaitServed(cluster);
      assertThat(backend.alive()).isTrue();
      cluster.node(0).kill();
      cluster.restart(0);
      awaitServed(cluster);
    }
  }

  private static void awaitServed(LocalCluster cluster) {
    for (String path : List.of("/echo/hello", "/hi/hello")) {
      Await.until(
          path + " is served: " + cluster.tails(),
          () -> cluster.traffic(0).get(path).status() == 200,
          SOON);
    }
  }
}
