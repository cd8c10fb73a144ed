package io.hawser.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A balancer whose store stands still: it does not know who is active any more. */
final class ExclusiveOnNodesTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path dir;

  @Test
  void a_balancer_that_is_cut_off_from_the_store_routes_no_exclusive_service() {
    int port = LocalCluster.freePorts(1).getFirst();
    try (LocalCluster cluster = LocalCluster.start(dir, 3)) {
      JvmProcess backend = cluster.startBackend("echo-1", port, 2);
      put(cluster, "/services/echo/policy", new JsonObject().put("exclusive", true));
      put(
          cluster,
          "/services/plain/instances/p1",
          new JsonObject().put("host", "127.0.0.1").put("port", port));
      cluster.awaitReplicas();
      Api traffic = cluster.traffic(2);
      awaitStatus(traffic, "/echo/x", 200);
      awaitStatus(traffic, "/plain/x", 200);

      List<JvmProcess> others = List.of(cluster.node(0), cluster.node(1));
      others.forEach(JvmProcess::pause);
      awaitStatus(traffic, "/echo/x", 503);
      Api.Answer refused = traffic.get("/echo/x");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).contains("role-unconfirmed");
      assertThat(traffic.get("/plain/x").status()).isEqualTo(200);
      Api.Answer listed = cluster.api(2).get("/api/v1/services/echo/instances/echo-1");
      assertThat(listed.json().getBoolean("roleConfirmed")).as(listed.body()).isFalse();

      others.forEach(JvmProcess::resume);
      awaitStatus(traffic, "/echo/x", 200);
      assertThat(backend.alive()).isTrue();
    }
  }

  private static void put(LocalCluster cluster, String path, JsonObject body) {
    Await.until(
        "PUT " + path + " is taken",
        () -> cluster.api(2).put("/api/v1" + path, body).status() < 300,
        LONG);
  }

  private static void awaitStatus(Api traffic, String path, int status) {
    Await.until(path + " is " + status, () -> traffic.get(path).status() == status, LONG);
  }
}
