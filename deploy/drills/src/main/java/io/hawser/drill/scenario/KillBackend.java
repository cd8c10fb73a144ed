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
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.load.Answer;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.LoadPlan;
import io.hawser.drill.load.OpenLoad;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The main job: one of three backends is killed, a cold backup takes its place, the killed one
 * comes back. Each round has a cluster of its own, so that none lives off the one before: its
 * figures are those of JVMs that have just been started.
 */
final class KillBackend implements Scenario {
  private static final String SERVICE = "echo";
  private static final String TEMPLATE = "echo";
  private static final String VICTIM = "echo-2";
  private static final String BACKUP = "echo-b1";
  private static final int BACKENDS = 3;
  private static final Duration UP = Duration.ofSeconds(60);
  private static final Duration STEADY = Duration.ofSeconds(2);
  private static final Duration FOLLOWS = Duration.ofSeconds(60);
  private static final Duration AFTER = Duration.ofMillis(500);

  /** What a busy machine is allowed; the aims, for an idle one, are in the design. */
  private static final double DETECTED_MS = 5_000;

  private static final double SERVING_MS = 15_000;
  private static final double RECOVERED_MS = 40_000;

  @Override
  public String name() {
    return "kill-backend";
  }

  @Override
  public String summary() {
    return "kill -9 of one of three backends under load: ejected, detected, backup serving,"
        + " recovered, failed requests";
  }

  @Override
  public int rounds() {
    return 5;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    List<JsonObject> rounds = new ArrayList<>();
    for (int i = 1; i <= run.rounds(); i++) {
      run.journal().note("round " + i + " of " + run.rounds());
      JsonObject round = round(run, i);
      rounds.add(round);
      run.journal().round(round);
    }
    expectAll(run, rounds);
  }

  private static void expectAll(DrillRun run, List<JsonObject> rounds) {
    for (String field : List.of("ejectedMs", "detectedMs", "servingMs", "recoveredMs")) {
      run.journal().figure(field, Summary.of(rounds, field));
    }
    expect(run, rounds, "detectedMs", DETECTED_MS);
    expect(run, rounds, "servingMs", SERVING_MS);
    expect(run, rounds, "recoveredMs", RECOVERED_MS);
    int failed = rounds.stream().mapToInt(r -> r.getInteger("failed")).sum();
    int sent = rounds.stream().mapToInt(r -> r.getInteger("sent")).sum();
    run.journal().expect("no request fails", failed == 0, failed + " of " + sent + " failed");
  }

  private static void expect(DrillRun run, List<JsonObject> rounds, String field, double limit) {
    run.journal()
        .expect(
            "%s at most %.0f in every round".formatted(field, limit),
            Summary.within(rounds, field, limit),
            Summary.text(Summary.of(rounds, field)));
  }

  private JsonObject round(DrillRun run, int number) throws InterruptedException {
    int first = Ports.block(run.options().firstPort() + 40, BACKENDS + 1);
    ClusterPlan plan =
        ClusterPlan.local(
            run.dir().resolve("round-" + number), 1, run.options().firstPort(), settings(first));
    AnswerLog all = run.journal().load("all rounds");
    AnswerLog log = new AnswerLog();
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      cluster.startAll();
      prepare(cluster, first + BACKENDS);
      LoadPlan gets =
          LoadPlan.gets(
              List.of(cluster.traffic(0)), "/echo/hello", run.options().perSecond(), false);
      try (EventTap events = new EventTap(cluster.api(0).api());
          OpenLoad load =
              OpenLoad.start(
                  gets,
                  answer -> {
                    log.add(answer);
                    all.add(answer);
                  })) {
        return kill(run, cluster, events, log, load).put("round", number);
      }
    }
  }

  private static JsonObject kill(
      DrillRun run, DrillCluster cluster, EventTap events, AnswerLog log, OpenLoad load) {
    Wait.pass(STEADY);
    JsonObject before = victim(cluster);
    ProcessIdentity target = identity(before);
    try (Injection kill =
        Injection.inject(Kill.of(VICTIM, target), FOLLOWS.plusSeconds(5), run.journal())) {
      long t0 = kill.injectedNs();
      long[] recovered = {0};
      var unused =
          Wait.until(
              FOLLOWS,
              () -> {
                if (recovered[0] == 0 && back(victim(cluster), target.pid())) {
                  recovered[0] = System.nanoTime();
                }
                return recovered[0] != 0
                    && events.first("InstanceFailed", VICTIM, t0).isPresent()
                    && servedBy(log, BACKUP, t0).isPresent();
              });
      Wait.pass(AFTER);
      load.stop();
      JsonObject round = log.figures();
      round.put("ejectedMs", ms(ejected(events, log, t0), t0));
      round.put("detectedMs", ms(events.first("InstanceFailed", VICTIM, t0), t0));
      round.put("servingMs", ms(servedBy(log, BACKUP, t0), t0));
      round.put("recoveredMs", recovered[0] == 0 ? null : ms(OptionalLong.of(recovered[0]), t0));
      run.journal().note("round: " + line(round));
      return round;
    }
  }

  private static String line(JsonObject round) {
    return "ejected %s, detected %s, backup serving %s, recovered %s ms; %d of %d failed"
        .formatted(
            round.getDouble("ejectedMs"),
            round.getDouble("detectedMs"),
            round.getDouble("servingMs"),
            round.getDouble("recoveredMs"),
            round.getInteger("failed"),
            round.getInteger("sent"));
  }

  /** The balancer's own event, else the last answer of the victim. */
  private static OptionalLong ejected(EventTap events, AnswerLog log, long t0) {
    OptionalLong event = events.first("InstanceEjected", VICTIM, t0);
    OptionalLong detected = events.first("InstanceFailed", VICTIM, t0);
    if (event.isPresent() || detected.isEmpty()) {
      return event;
    }
    return OptionalLong.of(
        log.all().stream()
            .filter(a -> a.instance().equals(VICTIM) && a.endNs() < detected.getAsLong())
            .mapToLong(Answer::endNs)
            .filter(ns -> ns > t0)
            .max()
            .orElse(t0));
  }

  private static OptionalLong servedBy(AnswerLog log, String instance, long afterNs) {
    return log.all().stream()
        .filter(a -> !a.failed() && a.instance().equals(instance) && a.endNs() - afterNs > 0)
        .mapToLong(Answer::endNs)
        .min();
  }

  private static @Nullable Double ms(OptionalLong atNs, long t0) {
    return atNs.isPresent() ? Math.round((atNs.getAsLong() - t0) / 1e4) / 1e2 : null;
  }

  private static JsonObject victim(DrillCluster cluster) {
    return cluster.api(0).get(Api.path("services", SERVICE, "instances", VICTIM)).object();
  }

  private static boolean back(JsonObject instance, long killedPid) {
    return Fields.text(instance, "state").equals("up")
        && Fields.text(instance, "role").equals("standby")
        && !Fields.text(instance, "meta.pid").equals(Long.toString(killedPid));
  }

  private static ProcessIdentity identity(JsonObject instance) {
    String pid = Fields.text(instance, "meta.pid");
    return (Fields.parse(pid.isEmpty() ? "0" : pid) instanceof Number n
            ? ProcessIdentity.of(n.longValue())
            : java.util.Optional.<ProcessIdentity>empty())
        .orElseThrow(
            () ->
                new CliFailure(
                    ExitCode.FAILURE, VICTIM + " has no process to kill", instance.encode(), ""));
  }

  private static void prepare(DrillCluster cluster, int backupPort) {
    JsonObject driver =
        new JsonObject()
            .put("name", "process")
            .put("args", new JsonObject().put("template", TEMPLATE));
    String service = Api.path("services", SERVICE);
    put(
        cluster,
        service + "/policy",
        new JsonObject().put("recovery", driver).put("poolMinimum", 1));
    put(
        cluster,
        service + "/backups/" + BACKUP,
        new JsonObject()
            .put("host", "127.0.0.1")
            .put("port", backupPort)
            .put("mode", "cold")
            .put("driver", driver));
    if (!Wait.until(UP, () -> cluster.api(0).instances(SERVICE, "passing").size() == BACKENDS)) {
      throw new CliFailure(
          ExitCode.UNREACHABLE, "the backends did not come up", cluster.tails(), "");
    }
  }

  /** The store of nodes that have just started may have no leader yet. */
  private static void put(DrillCluster cluster, String path, JsonObject body) {
    if (!Wait.until(UP, () -> cluster.api(0).put(path, body).ok())) {
      var unused = cluster.api(0).put(path, body).orFail("put " + path);
    }
  }

  private static Map<String, Object> settings(int firstPort) {
    List<Map<String, Object>> runs =
        IntStream.range(0, BACKENDS)
            .mapToObj(
                k ->
                    Map.<String, Object>of(
                        "service",
                        SERVICE,
                        "id",
                        SERVICE + "-" + (k + 1),
                        "template",
                        TEMPLATE,
                        "host",
                        "127.0.0.1",
                        "port",
                        firstPort + k))
            .toList();
    return Map.of(
        "process.on-stop",
        "stop",
        "process.templates." + TEMPLATE + ".command",
        Origin.template(),
        "process.run",
        runs);
  }
}
