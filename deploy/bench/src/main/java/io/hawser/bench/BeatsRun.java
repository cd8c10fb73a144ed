package io.hawser.bench;

import io.hawser.bench.process.ProcessFigures;
import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.LoadPlan;
import io.hawser.drill.load.OpenLoad;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;

/** One node that is started for it, and heartbeats in batches at a fixed rate. */
final class BeatsRun extends OneNodeRun {
  /** The registry's count of the beats that reached it. */
  private static final String BEATS = "hawser_registry_beats_total";

  /** The classes of what the registry keeps of each instance to watch it. */
  private static final String DETECTOR = "io.hawser.registry.core";

  private static final int TTL_MS = 120_000;

  private static final JsonObject INSTANCE =
      new JsonObject()
          .put("host", "127.0.0.1")
          .put("port", 9)
          .put("incarnation", "i")
          .put("ttlMs", TTL_MS);
  private static final Duration IDLE = Duration.ofSeconds(5);

  /** The share of requests that may fail. */
  private static final double MAX_FAILED = 0.0;

  /**
   * @param rate beats per second
   * @param batch beats in a request
   * @param ofService instances that a service has
   */
  record Plan(int rate, int batch, int instances, int ofService, int seconds, int firstPort) {
    String service(int instance) {
      return "bench-" + instance / ofService;
    }

    int requestsPerSecond() {
      return rate / batch;
    }
  }

  private final Plan plan;

  BeatsRun(Cli cli, Plan plan, Path dir) {
    super(
        cli,
        "beats",
        "%d beats/s in batches of %d to one node, %d instances, %d of a service"
            .formatted(plan.rate(), plan.batch(), plan.instances(), plan.ofService()),
        dir,
        plan.firstPort());
    this.plan = plan;
  }

  @Override
  void measure(DrillCluster cluster) throws InterruptedException {
    long pid = cluster.node(0).pid();
    InetSocketAddress api =
        new InetSocketAddress(cluster.traffic(0).getAddress(), cluster.plan().apiPort(0));
    long idleNs = ProcessFigures.cpuNs(pid);
    Wait.pass(IDLE);
    journal.figure(
        "idleCpuPercent",
        ProcessFigures.percent(ProcessFigures.cpuNs(pid) - idleNs, IDLE.toNanos()));
    journal.figure("idleRssMiB", ProcessFigures.rssMiB(pid));
    long emptyBytes = ProcessFigures.liveBytes(pid, "");
    Registrations.make(
        api,
        plan.instances(),
        i -> Api.path("services", plan.service(i), "instances", "i-" + i),
        INSTANCE,
        pid,
        journal);
    Wait.pass(IDLE);
    long restingNs = ProcessFigures.cpuNs(pid);
    Wait.pass(IDLE);
    journal.figure(
        "idleCpuPercentRegistered",
        ProcessFigures.percent(ProcessFigures.cpuNs(pid) - restingNs, IDLE.toNanos()));
    long heldBytes = ProcessFigures.liveBytes(pid, "") - emptyBytes;
    journal.figure("heapBytesPerInstance", heldBytes / plan.instances());
    long records = ProcessFigures.liveBytes(pid, DETECTOR);
    journal.figure("detectorBytesPerInstance", records / plan.instances());
    send(api, "warm-up", Math.max(1, plan.seconds() / 2));
    long beats = (long) cluster.api(0).metric(BEATS);
    long cpuNs = ProcessFigures.cpuNs(pid);
    long startNs = System.nanoTime();
    AnswerLog log = send(api, "beats", plan.seconds());
    long tookNs = System.nanoTime() - startNs;
    journal.figure(
        "cpuPercentOfOneCore", ProcessFigures.percent(ProcessFigures.cpuNs(pid) - cpuNs, tookNs));
    double perBeat =
        (ProcessFigures.cpuNs(pid) - cpuNs) / 1e3 / Math.max(1, log.count() * plan.batch());
    journal.figure("cpuMicrosPerBeat", Math.round(perBeat * 100) / 100.0);
    journal.figure("rssMiB", ProcessFigures.rssMiB(pid));
    journal.figure("beatsPerSecondSent", Math.round(log.count() * plan.batch() * 1e9 / tookNs));
    double arrived = cluster.api(0).metric(BEATS) - beats;
    journal.figure("beatsPerSecondAtTheRegistry", Math.round(arrived * 1e9 / tookNs));
    journal.figure("latencyMs", log.figures().getJsonObject("latencyMs"));
    double failed = log.failed() / (double) Math.max(1, log.count());
    journal.expect(
        "no request fails",
        failed <= MAX_FAILED,
        log.failed() + " of " + log.count() + " " + log.figures().getJsonObject("failures"));
  }

  private AnswerLog send(InetSocketAddress api, String what, int seconds)
      throws InterruptedException {
    AnswerLog log = journal.load(what);
    LoadPlan posts =
        new LoadPlan(
            List.of(api),
            batches(),
            plan.requestsPerSecond(),
            Duration.ofSeconds(seconds),
            (long) seconds * plan.requestsPerSecond(),
            false);
    try (OpenLoad load = OpenLoad.start(posts, log::add)) {
      load.awaitEnd();
    }
    journal.note(what + ": " + log.figures().getJsonObject("latencyMs").encode());
    return log;
  }

  /** The instances in turn, made before anything is measured. */
  private LongFunction<byte[]> batches() {
    int count = plan.instances() / plan.batch();
    byte[][] made = new byte[count][];
    if (plan.batch() == 1) {
      for (int b = 0; b < count; b++) {
        String path = Api.path("services", plan.service(b), "instances", "i-" + b, "heartbeat");
        made[b] = request("PUT", path, "{\"incarnation\":\"i\"}");
      }
      return i -> made[(int) (i % count)];
    }
    for (int b = 0; b < count; b++) {
      StringBuilder body = new StringBuilder("[");
      for (int i = 0; i < plan.batch(); i++) {
        int instance = b * plan.batch() + i;
        body.append(i == 0 ? "" : ",")
            .append("{\"service\":\"" + plan.service(instance))
            .append("\",\"incarnation\":\"i\",\"id\":\"i-")
            .append(instance)
            .append("\"}");
      }
      made[b] = request("POST", "/api/v1/heartbeats", body.append(']').toString());
    }
    return i -> made[(int) (i % count)];
  }

  private static byte[] request(String method, String path, String body) {
    return (method
            + " "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
