package io.hawser.bench;

import io.hawser.bench.process.ProcessFigures;
import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.NodeApi;
import io.hawser.drill.cluster.Wait;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One node that is started for it, and many instances with an HTTP check, each at an address of its
 * own (127.x.y.z), behind which one server of this process answers all.
 */
final class ChecksRun extends OneNodeRun {
  /** So many addresses of 127/8 are used. */
  static final int MOST = 60_000;

  private static final String CHECKS = "hawser_registry_checks_total";
  private static final String LATENESS = "hawser_detection_tick_lateness_seconds";
  private static final int OF_SERVICE = 100;
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration UP = Duration.ofSeconds(120);
  private static final double LEAST_RUN = 0.95;

  /**
   * @param intervalMs between two checks of an instance
   */
  record Plan(int instances, int intervalMs, int seconds, int firstPort) {
    double perSecond() {
      return instances * 1e3 / intervalMs;
    }
  }

  private final Plan plan;

  ChecksRun(Cli cli, Plan plan, Path dir) {
    super(
        cli,
        "checks",
        "%d instances, each checked every %d ms by one node"
            .formatted(plan.instances(), plan.intervalMs()),
        dir,
        plan.firstPort());
    this.plan = plan;
  }

  @Override
  void measure(DrillCluster cluster) throws InterruptedException {
    Vertx vertx = Vertx.vertx();
    try {
      measure(cluster, serve(vertx));
    } finally {
      vertx.close().await();
    }
  }

  /** Answers every request at any address of this machine's loopback. */
  private static int serve(Vertx vertx) {
    return vertx
        .createHttpServer(new HttpServerOptions().setAcceptBacklog(4_096))
        .requestHandler(request -> request.response().end("ok"))
        .listen(0, "0.0.0.0")
        .await()
        .actualPort();
  }

  private void measure(DrillCluster cluster, int port) throws InterruptedException {
    NodeApi node = cluster.api(0);
    long pid = cluster.node(0).pid();
    InetSocketAddress api =
        new InetSocketAddress(cluster.traffic(0).getAddress(), cluster.plan().apiPort(0));
    Registrations.make(
        api,
        plan.instances(),
        number -> Registrations.request(path((int) number), instance((int) number, port)),
        pid,
        journal);
    boolean up = Wait.until(UP, () -> node.metric(upMetric()) >= plan.instances());
    journal.expect("all are up", up, (long) node.metric(upMetric()) + " of " + plan.instances());
    Wait.pass(IDLE);
    double before = node.metric(CHECKS);
    double wrong = failed(node);
    long cpuNs = ProcessFigures.cpuNs(pid);
    long startNs = System.nanoTime();
    Wait.pass(Duration.ofSeconds(plan.seconds()));
    long tookNs = System.nanoTime() - startNs;
    cpuNs = ProcessFigures.cpuNs(pid) - cpuNs;
    double run = node.metric(CHECKS) - before;
    journal.figure("checksPerSecond", Math.round(run * 1e9 / tookNs));
    journal.figure("cpuPercentOfOneCore", ProcessFigures.percent(cpuNs, tookNs));
    journal.figure("cpuMicrosPerCheck", Math.round(cpuNs / 1e1 / Math.max(1, run)) / 100.0);
    journal.figure("tickLatenessMs", Math.round(node.metric(LATENESS) * 1e3));
    journal.figure("rssMiB", ProcessFigures.rssMiB(pid));
    double due = plan.perSecond() * tookNs / 1e9;
    journal.expect(
        "what is due is run", run >= LEAST_RUN * due, Math.round(run) + " of " + Math.round(due));
    journal.expect(
        "no check fails", failed(node) - wrong == 0, (long) (failed(node) - wrong) + " failed");
  }

  private static String upMetric() {
    return "hawser_registry_instances{health=\"up\"}";
  }

  private static double failed(NodeApi node) {
    return node.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(CHECKS) && !line.contains("\"pass\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String path(int number) {
    return Api.path("services", "bench-" + number / OF_SERVICE, "instances", "i-" + number);
  }

  private JsonObject instance(int number, int port) {
    JsonObject check =
        new JsonObject()
            .put("type", "http")
            .put("path", "/health")
            .put("intervalMs", plan.intervalMs());
    String host = "127.1.%d.%d".formatted(number / 250, 1 + number % 250);
    return new JsonObject()
        .put("host", host)
        .put("port", port)
        .put("incarnation", "i")
        .put("checks", new JsonArray().add(check));
  }
}
