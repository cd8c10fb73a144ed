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
import io.hawser.drill.fault.Kill;
import io.hawser.drill.fault.Stall;
import io.hawser.drill.net.TcpProxy;
import io.hawser.drill.net.Weather;
import io.hawser.drill.process.Spawned;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/**
 * How long three nodes take to call an instance down whose process is killed, whose process is
 * stopped, or whose line goes black; each at a random moment of their checks. Each instance is a
 * process of its own. Beside them detectors of simpler kinds, which ask the same processes.
 */
final class Detection implements Scenario {
  private static final String SERVICE = "detected";
  private static final int SIZE = 3;
  private static final Duration UP = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(90);
  private static final Duration SETTLE = Duration.ofSeconds(3);
  private static final Duration RIVALS = Duration.ofSeconds(8);
  private static final int PHASE_MS = 1_000;
  private static final long SEED = 20_261_125;
  private static final double P99 = 0.99;

  /** Fewer rounds have no median that is worth a limit: they show that it works. */
  private static final int ENOUGH = 10;

  @Override
  public String name() {
    return "detection";
  }

  @Override
  public String summary() {
    return "kill -9, SIGSTOP and a black hole for an instance that three nodes check: how long"
        + " until it is called down";
  }

  @Override
  public int rounds() {
    return 20;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    ClusterPlan plan =
        ClusterPlan.local(run.dir().resolve("nodes"), SIZE, run.options().firstPort(), Map.of());
    int ports = Ports.block(run.options().firstPort() + 40, 2);
    List<JsonObject> rounds = new ArrayList<>();
    Random dice = new Random(SEED);
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger());
        TcpProxy proxy = TcpProxy.start(ports, ports + 1)) {
      cluster.startAll();
      run.journal().note("three nodes are up");
      for (int i = 0; i < run.rounds(); i++) {
        JsonObject round = round(run, cluster, proxy, dice, i);
        rounds.add(round);
        run.journal().round(round);
        run.journal().note("round " + i + ": " + round.encode());
      }
    }
    judge(run, rounds, "killMs", 1_000, 2_000);
    judge(run, rounds, "stopMs", 4_000, 6_000);
    judge(run, rounds, "blackHoleMs", 4_000, 6_000);
  }

  private static void judge(
      DrillRun run, List<JsonObject> rounds, String field, double median, double p99) {
    for (String rival : Rivals.NAMES) {
      String name = field + "." + rival;
      run.journal()
          .figure(name, Summary.of(rounds, name).put("p99", Summary.rank(rounds, name, P99)));
    }
    JsonObject summary = Summary.of(rounds, field).put("p99", Summary.rank(rounds, field, P99));
    run.journal().figure(field, summary);
    if (rounds.size() < ENOUGH) {
      run.journal()
          .expect(
              field + ": within " + LIMIT.toSeconds() + " s, in each round",
              summary.getInteger("rounds") == rounds.size(),
              summary.encode());
      return;
    }
    run.journal()
        .expect(
            field + ": median at most " + median + ", p99 at most " + p99,
            summary.getInteger("rounds") == rounds.size()
                && summary.getDouble("median") <= median
                && summary.getDouble("p99") <= p99,
            summary.encode());
  }

  private static JsonObject round(
      DrillRun run, DrillCluster cluster, TcpProxy proxy, Random dice, int number) {
    int port = proxy.address().getPort() + 1;
    Spawned origin =
        cluster.startOrigin(new Origin(SERVICE, "process-" + number, "127.0.0.1", port, ""));
    JsonObject round = new JsonObject().put("round", number);
    String direct = "direct-" + number;
    String behind = "behind-" + number;
    register(cluster, direct, port);
    register(cluster, behind, proxy.address().getPort());
    try (EventTap events = new EventTap(cluster.api(number % SIZE).api());
        Rivals beside =
            Rivals.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Rivals besideTheLine = Rivals.start(proxy.address())) {
      awaitUp(cluster, direct);
      awaitUp(cluster, behind);
      Wait.pass(SETTLE);
      BadLine hole = new BadLine("the line", proxy, Weather.of(Weather.Kind.BLACK_HOLE));
      detect(
          new Patient(run, cluster, events, besideTheLine, dice, behind),
          hole,
          "blackHoleMs",
          round);
      remove(cluster, behind);
      Stall stall = new Stall("the process", origin.identity(), run.ledger(), TIME_TO_LIVE);
      Patient patient = new Patient(run, cluster, events, beside, dice, direct);
      detect(patient, stall, "stopMs", round);
      Kill kill = Kill.of("the process", origin.identity());
      detect(patient, kill, "killMs", round);
    }
    remove(cluster, direct);
    origin.end();
    return round;
  }

  private record Patient(
      DrillRun run,
      DrillCluster cluster,
      EventTap events,
      Rivals rivals,
      Random dice,
      String instance) {}

  /** Injects a fault, notes how long it took, and heals what can be healed. */
  private static void detect(Patient patient, Fault fault, String field, JsonObject round) {
    Wait.pass(Duration.ofMillis(patient.dice().nextInt(PHASE_MS)));
    try (Injection injection = Injection.inject(fault, TIME_TO_LIVE, patient.run().journal())) {
      long t0 = injection.injectedNs();
      String instance = patient.instance();
      boolean seen =
          Wait.until(
              LIMIT, () -> patient.events().first("InstanceFailed", instance, t0).isPresent());
      OptionalLong atNs = patient.events().first("InstanceFailed", instance, t0);
      if (seen && atNs.isPresent()) {
        round.put(field, (atNs.getAsLong() - t0) / 1e6);
      }
      Rivals rivals = patient.rivals();
      boolean all = Wait.until(RIVALS, () -> rivals.after(t0).size() == Rivals.NAMES.size());
      rivals.after(t0).forEach(time -> round.put(field + "." + time.getKey(), time.getValue()));
      patient.run().journal().note(all ? "called by all" : "not called by all rivals");
      injection.heal();
    }
    if (!(fault instanceof Kill)) {
      awaitUp(patient.cluster(), patient.instance());
      Wait.pass(SETTLE);
    }
  }

  private static void register(DrillCluster cluster, String id, int port) {
    JsonObject check =
        new JsonObject().put("type", "http").put("path", "/health").put("intervalMs", 1_000);
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

  private static void remove(DrillCluster cluster, String id) {
    var unused = cluster.api(0).delete(Api.path("services", SERVICE, "instances", id));
  }

  private static void awaitUp(DrillCluster cluster, String id) {
    String path = Api.path("services", SERVICE, "instances", id);
    if (!Wait.until(
        UP, () -> Fields.text(cluster.api(0).get(path).object(), "state").equals("up"))) {
      throw new CliFailure(ExitCode.UNREACHABLE, id + " did not come up", cluster.tails(), "");
    }
  }
}
