package io.hawser.drill.scenario;

import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.OpenLoad;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Each of three nodes is stopped with SIGTERM and started again, under load from a client that
 * knows all three: it takes the next one when a connection is refused, or when a kept-alive one is
 * closed before any answer. An answer that breaks off, a time-out or an error status is a failure.
 */
final class RollingRestart implements Scenario {
  private static final Duration STEADY = Duration.ofSeconds(3);

  /** 143 is what a JVM ends with after SIGTERM, when all of its hooks have run. */
  private static final Set<Integer> ORDERLY = Set.of(0, 143);

  private static final Duration BETWEEN = Duration.ofSeconds(3);

  @Override
  public String name() {
    return "rolling-restart";
  }

  @Override
  public String summary() {
    return "a graceful restart of each of three nodes under load: no request may fail";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    AnswerLog log = run.journal().load("through all three");
    List<JsonObject> restarts = new ArrayList<>();
    try (ThreeNodes nodes = ThreeNodes.start(run)) {
      try (OpenLoad load = nodes.load(nodes.all(), true, log)) {
        Wait.pass(STEADY);
        for (int i = 0; i < run.rounds() * ThreeNodes.SIZE; i++) {
          restarts.add(restart(run, nodes.cluster(), i % ThreeNodes.SIZE));
          Wait.pass(BETWEEN);
        }
        load.stop();
      }
    }
    run.journal().figure("stopMs", Summary.of(restarts, "stopMs"));
    run.journal().figure("readyMs", Summary.of(restarts, "readyMs"));
    JsonObject figures = log.figures();
    run.journal()
        .expect(
            "no request fails",
            log.failed() == 0,
            "%d of %d failed %s, %d were turned away and answered by another node"
                .formatted(
                    log.failed(),
                    log.count(),
                    figures.getJsonObject("failures").encode(),
                    figures.getInteger("turnedAway")));
    run.journal()
        .expect(
            "every node stops in order when it is asked to",
            restarts.stream().allMatch(r -> ORDERLY.contains(r.getInteger("exitCode"))),
            "exit codes "
                + restarts.stream().map(r -> r.getInteger("exitCode").toString()).toList());
  }

  private static JsonObject restart(DrillRun run, DrillCluster cluster, int k) {
    run.journal().note("node-" + k + " is asked to stop");
    long startNs = System.nanoTime();
    int code = cluster.stop(k);
    long stoppedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    run.journal().note("node-" + k + " ended with " + code + " after " + stoppedMs + " ms");
    long readyMs = cluster.start(k);
    run.journal().note("node-" + k + " is ready after " + readyMs + " ms");
    JsonObject restart =
        new JsonObject()
            .put("restarted", "node-" + k)
            .put("exitCode", code)
            .put("stopMs", stoppedMs)
            .put("readyMs", readyMs);
    run.journal().round(restart);
    return restart;
  }
}
