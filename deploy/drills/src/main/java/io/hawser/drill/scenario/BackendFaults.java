package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.BadLine;
import io.hawser.drill.fault.Fault;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Stall;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.LoadPlan;
import io.hawser.drill.load.OpenLoad;
import io.hawser.drill.net.TcpProxy;
import io.hawser.drill.net.Weather;
import io.hawser.drill.process.Spawned;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One of two backends behaves as backends and networks do short of dying: its line is reset, black,
 * half open, slow or narrow, or its process is stopped. Requests that are under way to it then may
 * well fail, and are counted; that it is called down and comes back is expected.
 */
final class BackendFaults implements Scenario {
  private static final String SERVICE = "echo";
  private static final Duration UP = Duration.ofSeconds(60);
  private static final Duration STEADY = Duration.ofSeconds(2);
  private static final Duration FAULT = Duration.ofSeconds(6);
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(30);
  private static final Duration BACK = Duration.ofSeconds(30);
  private static final long DELAY_MS = 200;
  private static final long BYTES_PER_SECOND = 2_000;

  @Override
  public String name() {
    return "backend-faults";
  }

  @Override
  public String summary() {
    return "one of two backends is stopped, or its line is reset, black, half open, slow or narrow:"
        + " called down, failed requests, back";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int first = Ports.block(run.options().firstPort() + 40, 4);
    ClusterPlan plan =
        ClusterPlan.local(run.dir().resolve("nodes"), 1, run.options().firstPort(), Map.of());
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      cluster.startAll();
      Spawned sound = cluster.startOrigin(new Origin(SERVICE, "sound", "127.0.0.1", first, ""));
      Spawned shaky = cluster.startOrigin(new Origin(SERVICE, "shaky", "127.0.0.1", first + 1, ""));
      run.journal().note("origins run as processes " + sound.pid() + " and " + shaky.pid());
      try (TcpProxy proxy = TcpProxy.start(first + 2, first + 1)) {
        register(cluster, "sound", first);
        int number = 0;
        for (int i = 0; i < run.rounds(); i++) {
          for (Fault fault : faults(run, proxy, shaky)) {
            run.journal().round(one(run, cluster, fault, proxy, "shaky-" + ++number));
          }
        }
      }
    }
  }

  private static List<Fault> faults(DrillRun run, TcpProxy proxy, Spawned shaky) {
    List<Fault> faults = new ArrayList<>();
    for (Weather weather :
        List.of(
            Weather.of(Weather.Kind.RESET),
            Weather.of(Weather.Kind.BLACK_HOLE),
            Weather.of(Weather.Kind.HALF_OPEN),
            Weather.delay(DELAY_MS),
            Weather.bandwidth(BYTES_PER_SECOND))) {
      faults.add(new BadLine("the line to shaky", proxy, weather));
    }
    faults.add(new Stall("shaky", shaky.identity(), run.ledger(), TIME_TO_LIVE));
    return faults;
  }

  /** Each fault meets an instance that nobody knows anything bad of yet. */
  private static JsonObject one(
      DrillRun run, DrillCluster cluster, Fault fault, TcpProxy proxy, String id) {
    register(cluster, id, proxy.address().getPort());
    if (!Wait.until(UP, () -> state(cluster, id).equals("up"))) {
      throw new CliFailure(ExitCode.UNREACHABLE, id + " did not come up", cluster.tails(), "");
    }
    AnswerLog log = new AnswerLog();
    AnswerLog all = run.journal().load("all faults");
    LoadPlan gets =
        LoadPlan.gets(List.of(cluster.traffic(0)), "/echo/hello", run.options().perSecond(), false);
    JsonObject round = new JsonObject().put("fault", fault.name());
    try (EventTap events = new EventTap(cluster.api(0).api());
        OpenLoad load =
            OpenLoad.start(
                gets,
                answer -> {
                  log.add(answer);
                  all.add(answer);
                })) {
      Wait.pass(STEADY);
      measure(run, cluster, fault, events, round.put("instance", id));
      load.stop();
    }
    var unused = cluster.api(0).delete(Api.path("services", SERVICE, "instances", id));
    JsonObject figures = log.figures();
    run.journal()
        .note(
            "%s: down after %s ms, back after %s ms, %d of %d requests failed"
                .formatted(
                    fault.name(),
                    round.getValue("downMs"),
                    round.getValue("backMs"),
                    figures.getInteger("failed"),
                    figures.getInteger("sent")));
    return round.mergeIn(figures);
  }

  private static void measure(
      DrillRun run, DrillCluster cluster, Fault fault, EventTap events, JsonObject round) {
    String id = round.getString("instance");
    try (Injection injection = Injection.inject(fault, TIME_TO_LIVE, run.journal())) {
      Wait.pass(FAULT);
      OptionalLong down = events.first("InstanceFailed", id, injection.injectedNs());
      down.ifPresent(ns -> round.put("downMs", (ns - injection.injectedNs()) / 1e6));
      injection.heal();
      long healedNs = System.nanoTime();
      boolean back = Wait.until(BACK, () -> state(cluster, id).equals("up"));
      if (back && down.isPresent()) {
        round.put("backMs", (System.nanoTime() - healedNs) / 1e6);
      }
      boolean deadly = !fault.name().startsWith("delay") && !fault.name().startsWith("bandwidth");
      run.journal()
          .expect(
              fault.name() + (deadly ? ": called down, and up again" : ": up afterwards"),
              back && (down.isPresent() || !deadly),
              "down after %s ms, back after %s ms"
                  .formatted(round.getValue("downMs"), round.getValue("backMs")));
    }
  }

  private static String state(DrillCluster cluster, String id) {
    String path = Api.path("services", SERVICE, "instances", id);
    return Fields.text(cluster.api(0).get(path).object(), "state");
  }

  private static void register(DrillCluster cluster, String id, int port) {
    JsonObject check =
        new JsonObject()
            .put("type", "http")
            .put("path", "/health")
            .put("intervalMs", 300)
            .put("timeoutMs", 1_000);
    JsonObject instance =
        new JsonObject()
            .put("host", "127.0.0.1")
            .put("port", port)
            .put("incarnation", id)
            .put("checks", new JsonArray().add(check));
    var unused =
        cluster
            .api(0)
            .put(Api.path("services", SERVICE, "instances", id), instance)
            .orFail("register " + id);
  }
}
