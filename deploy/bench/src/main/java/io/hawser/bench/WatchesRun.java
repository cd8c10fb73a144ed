package io.hawser.bench;

import io.hawser.bench.process.ProcessFigures;
import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.NodeApi;
import io.hawser.drill.cluster.Wait;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One node that is started for it, with many services, and many who wait for one of them to change:
 * what they cost while nothing happens, when each of them learns of a change, and how long the list
 * of one service takes among all.
 */
final class WatchesRun extends OneNodeRun {
  private static final String WAITING = "hawser_api_waiting_requests";

  private static final String WATCHED = "service-0";
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int LISTS = 2_000;
  private static final double NS_PER_MS = 1e6;

  /**
   * @param watchers how many wait
   * @param services how many services there are, of one instance each
   * @param changes how often the watched one changes
   */
  record Plan(int watchers, int services, int changes, int firstPort) {}

  private final Plan plan;

  WatchesRun(Cli cli, Plan plan, Path dir) {
    super(
        cli,
        "watches",
        "%d watchers of one of %d services at one node".formatted(plan.watchers(), plan.services()),
        dir,
        plan.firstPort());
    this.plan = plan;
  }

  @Override
  void measure(DrillCluster cluster) throws IOException, InterruptedException {
    NodeApi api = cluster.api(0);
    long pid = cluster.node(0).pid();
    Registrations.make(
        new InetSocketAddress(cluster.traffic(0).getAddress(), cluster.plan().apiPort(0)),
        plan.services(),
        i -> Api.path("services", "service-" + i, "instances", "i"),
        instance(1),
        pid,
        journal);
    lists(cluster.plan().apiUrl(0));
    long before = ProcessFigures.cpuNs(pid);
    Wait.pass(IDLE);
    journal.figure(
        "idleCpuPercent",
        ProcessFigures.percent(ProcessFigures.cpuNs(pid) - before, IDLE.toNanos()));
    try (Watchers watchers =
        Watchers.open(cluster.plan().apiPort(0), "/api/v1/services/" + WATCHED + "/instances")) {
      watchers.add(plan.watchers());
      boolean all = Wait.until(LIMIT, () -> api.metric(WAITING) >= plan.watchers());
      journal.expect("all of them wait", all, (long) api.metric(WAITING) + " wait");
      before = ProcessFigures.cpuNs(pid);
      Wait.pass(IDLE);
      journal.figure(
          "idleCpuPercentWithWatchers",
          ProcessFigures.percent(ProcessFigures.cpuNs(pid) - before, IDLE.toNanos()));
      journal.figure("rssMiB", ProcessFigures.rssMiB(pid));
      others(api, watchers);
      propagation(api, watchers);
    }
  }

  /** Changes of other services wake nobody. */
  private void others(NodeApi api, Watchers watchers) {
    int answered = watchers.answered();
    for (int i = 1; i <= 100; i++) {
      register(api, "service-" + i, 2);
    }
    journal.expect(
        "100 changes of other services wake nobody",
        watchers.answered() == answered,
        (watchers.answered() - answered) + " were woken");
  }

  private void propagation(NodeApi api, Watchers watchers) {
    List<Double> all = new ArrayList<>();
    for (int c = 0; c < plan.changes(); c++) {
      int expected = watchers.answered() + plan.watchers();
      long startNs = System.nanoTime();
      register(api, WATCHED, 10 + c);
      boolean told = Wait.until(LIMIT, () -> watchers.answered() >= expected);
      journal.expect("change " + c + " reaches all", told, watchers.answered() + " answers");
      watchers.takeTimes().forEach(ns -> all.add((ns - startNs) / NS_PER_MS));
      boolean back = Wait.until(LIMIT, () -> api.metric(WAITING) >= plan.watchers());
      journal.note("change " + c + " told, all wait again: " + back);
    }
    double[] sorted = all.stream().mapToDouble(d -> d).sorted().toArray();
    journal.figure("propagationMs", summary(sorted));
  }

  private void lists(String url) throws IOException, InterruptedException {
    double[] micros = new double[LISTS];
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  java.net.URI.create(
                      url + "/api/v1/services/service-" + plan.services() / 2 + "/instances"))
              .build();
      for (int i = 0; i < 2 * LISTS; i++) {
        long startNs = System.nanoTime();
        var unused = client.send(request, HttpResponse.BodyHandlers.discarding());
        micros[i % LISTS] = (System.nanoTime() - startNs) / 1e3;
      }
    }
    Arrays.sort(micros);
    journal.figure("listOverHttpMicros", summary(micros));
  }

  private static JsonObject summary(double[] sorted) {
    return new JsonObject()
        .put("count", sorted.length)
        .put("p50", rank(sorted, 0.5))
        .put("p99", rank(sorted, 0.99))
        .put("max", rank(sorted, 1));
  }

  private static double rank(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  private static void register(NodeApi api, String service, int weight) {
    var unused =
        api.put(Api.path("services", service, "instances", "i"), instance(weight))
            .orFail("register " + service);
  }

  private static JsonObject instance(int weight) {
    return new JsonObject()
        .put("host", "127.0.0.1")
        .put("port", 9)
        .put("weight", weight)
        .put("ttlMs", 3_600_000);
  }
}
