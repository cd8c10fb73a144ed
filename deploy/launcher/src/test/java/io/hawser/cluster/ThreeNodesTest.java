package io.hawser.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on three JVMs: the acting manager's node and a backend die at once, and traffic goes
 * on.
 */
final class ThreeNodesTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void a_backup_takes_over_once_when_the_acting_manager_and_a_backend_are_killed() {
    List<Integer> ports = LocalCluster.freePorts(4);
    try (LocalCluster cluster = LocalCluster.start(dir, 3)) {
      JvmProcess victim = cluster.startBackend("echo-1", ports.get(0), 0);
      JvmProcess second = cluster.startBackend("echo-2", ports.get(1), 0);
      JvmProcess third = cluster.startBackend("echo-3", ports.get(2), 1);
      putBackup(cluster, ports.get(3));
      for (int node = 0; node < 3; node++) {
        awaitUp(cluster, node, Set.of("echo-1", "echo-2", "echo-3"));
      }
      assertThat(List.of(second.alive(), third.alive())).containsOnly(true);
      cluster.awaitReplicas();

      try (Load load = new Load(cluster.traffic(2))) {
        load.awaitAnswersOf(Set.of("echo-1", "echo-2", "echo-3"));
        cluster.node(0).kill();
        victim.kill();
        load.awaitAnswersOf(Set.of("echo-b1"));
        assertThat(load.failed.get()).as(load.firstFailure.get()).isZero();
        assertThat(load.sent.get()).isPositive();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + cluster.tails(), e);
      }
      for (int node = 1; node < 3; node++) {
        awaitUp(cluster, node, Set.of("echo-2", "echo-3", "echo-b1"));
        assertActivatedOnce(cluster, node);
      }
      assertThat(processesOf("echo-b1")).isEqualTo(1);
    }
    assertThat(processesOf("echo-b1")).isZero();
  }

  private void putBackup(LocalCluster cluster, int port) {
    JsonObject driver =
        new JsonObject()
            .put("name", "process")
            .put("args", new JsonObject().put("template", "echo"));
    JsonObject backup =
        new JsonObject()
            .put("host", "127.0.0.1")
            .put("port", port)
            .put("mode", "cold")
            .put("driver", driver);
    Await.until(
        "the store takes the backup",
        () -> cluster.api(1).put("/api/v1/services/echo/backups/echo-b1", backup).status() < 300,
        Duration.ofSeconds(60));
  }

  private static void awaitUp(LocalCluster cluster, int node, Set<String> ids) {
    Api api = cluster.api(node);
    String path = "/api/v1/services/echo/instances?health=passing";
    Await.until(
        "node " + node + " sees " + ids + " up",
        () -> {
          Api.Answer answer = api.get(path);
          return answer.status() == 200
              && ids.equals(
                  Set.copyOf(
                      answer.array().stream().map(i -> ((JsonObject) i).getString("id")).toList()));
        },
        SOON);
  }

  private static void assertActivatedOnce(LocalCluster cluster, int node) {
    Api.Answer history = cluster.api(node).get("/api/v1/failover/history");
    List<JsonObject> incidents = history.array().stream().map(i -> (JsonObject) i).toList();
    assertThat(incidents).as(history.body()).hasSize(1);
    assertThat(incidents.getFirst().getString("failed")).isEqualTo("echo-1");
    assertThat(incidents.getFirst().getString("candidate")).isEqualTo("echo-b1");
  }

  private long processesOf(String id) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().arguments().map(List::of).orElse(List.of()).contains(id))
        .filter(p -> p.info().arguments().map(List::of).orElse(List.of()).contains("--port"))
        .count();
  }

  /**
   * Requests one after another through one balancer until it is closed; every answer is recorded.
   */
  private static final class Load implements AutoCloseable {
    final AtomicInteger sent = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    final AtomicReference<String> firstFailure = new AtomicReference<>("");
    private final AtomicReference<Set<String>> answered =
        new AtomicReference<>(new ConcurrentSkipListSet<>());
    private final AtomicBoolean over = new AtomicBoolean();
    private final Api traffic;
    private final Thread thread;

    Load(Api traffic) {
      this.traffic = traffic;
      this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
      while (!over.get()) {
        Api.Answer answer = traffic.get("/echo/hello");
        sent.incrementAndGet();
        if (answer.status() == 200) {
          answered.get().add(answer.body());
        } else {
          failed.incrementAndGet();
          firstFailure.compareAndSet("", answer.toString());
        }
      }
    }

    /** Waits until each of these has answered from now on. */
    void awaitAnswersOf(Set<String> ids) {
      answered.set(new ConcurrentSkipListSet<>());
      Await.until(
          "answers of " + ids,
          () -> ids.stream().allMatch(id -> answered.get().stream().anyMatch(b -> b.contains(id))),
          SOON);
    }

    @Override
    public void close() {
      over.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
