package io.hawser.drill.scenario;

import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Fault;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.fault.Stall;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.LoadPlan;
import io.hawser.drill.load.OpenLoad;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How long it takes three nodes to put a backup in the place of a service's only active instance: a
 * warm one, which runs, and a cold one, which is a JVM to be started, after kill -9, and a warm one
 * after SIGSTOP. Each round has a service of its own for each.
 */
final class FailoverTimes implements Scenario {
  private static final Duration FOLLOWS = Duration.ofSeconds(30);
  private static final Duration STEADY = Duration.ofSeconds(1);
  private static final int SIZE = 3;
  private static final int PORTS = 6;

  /** What a busy machine is allowed; the aims, for an idle one, are in the design. */
  private static final double WARM_MS = 5_000;

  private static final double COLD_MS = 15_000;
  private static final double STOPPED_MS = 15_000;
  private static final List<String> KINDS = List.of("warm", "cold", "stopped");

  @Override
  public String name() {
    return "failover";
  }

  @Override
  public String summary() {
    return "kill -9 and SIGSTOP of a service's only active instance: called down, warm or cold"
        + " backup serving";
  }

  @Override
  public int rounds() {
    return 10;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int first = Ports.block(run.options().firstPort() + 40, run.rounds() * PORTS);
    ClusterPlan plan =
        ClusterPlan.local(
            run.dir().resolve("nodes"),
            SIZE,
            run.options().firstPort(),
            Map.of(
                "failover.per-minute",
                1_000,
                "process.templates." + FailoverPair.TEMPLATE + ".command",
                Origin.template()));
    List<JsonObject> rounds = new ArrayList<>();
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      FailoverPair.start(cluster);
      for (int i = 1; i <= run.rounds(); i++) {
        int port = first + (i - 1) * PORTS;
        JsonObject round = new JsonObject().put("round", i);
        strike(run, FailoverPair.warm(cluster, "warm-" + i, port), "warm", round);
        strike(run, FailoverPair.cold(cluster, "cold-" + i, port + 2), "cold", round);
        strike(run, FailoverPair.warm(cluster, "stopped-" + i, port + 4), "stopped", round);
        run.journal().note("round: " + round.encode());
        run.journal().round(round);
        rounds.add(round);
      }
    }
    for (String kind : KINDS) {
      for (String figure : List.of("DetectedMs", "ServingMs", "Failed")) {
        run.journal().figure(kind + figure, Summary.of(rounds, kind + figure));
      }
      double limit = limit(kind);
      run.journal()
          .expect(
              "%s: the backup serves within %.0f ms in every round".formatted(kind, limit),
              Summary.within(rounds, kind + "ServingMs", limit),
              Summary.text(Summary.of(rounds, kind + "ServingMs")));
      run.journal()
          .expect(
              "one activation in every round, " + kind,
              rounds.stream().allMatch(r -> r.getDouble(kind + "Activations") == 1),
              Summary.text(Summary.of(rounds, kind + "Activations")));
    }
  }

  private static double limit(String kind) {
    return switch (kind) {
      case "warm" -> WARM_MS;
      case "cold" -> COLD_MS;
      default -> STOPPED_MS;
    };
  }

  private static Fault fault(DrillRun run, FailoverPair pair, String kind) {
    return kind.equals("stopped")
        ? new Stall(pair.failing(), pair.active().identity(), run.ledger(), FOLLOWS)
        : Kill.of(pair.failing(), pair.active().identity());
  }

  private static void strike(DrillRun run, FailoverPair pair, String kind, JsonObject round)
      throws InterruptedException {
    AnswerLog log = new AnswerLog();
    LoadPlan gets =
        LoadPlan.gets(
            List.of(pair.cluster().traffic(1)),
            "/" + pair.service() + "/hello",
            run.options().perSecond(),
            false);
    try (EventTap events = new EventTap(pair.cluster().api(0).api());
        OpenLoad load = OpenLoad.start(gets, log::add)) {
      Wait.pass(STEADY);
      try (Injection struck =
          Injection.inject(fault(run, pair, kind), FOLLOWS.plusSeconds(5), run.journal())) {
        long t0 = struck.injectedNs();
        var unused =
            Wait.until(
                FOLLOWS,
                () ->
                    FailoverPair.servedBy(log, pair.backup(), t0).isPresent()
                        && events.first("BackupActivated", pair.backup(), t0).isPresent());
        load.stop();
        round.put(kind + "DetectedMs", ms(events.first("InstanceFailed", pair.failing(), t0), t0));
        round.put(kind + "ServingMs", ms(FailoverPair.servedBy(log, pair.backup(), t0), t0));
        round.put(kind + "Failed", (double) log.failed());
        round.put(
            kind + "Activations", (double) events.count("BackupActivated", pair.backup()::equals));
      }
    }
  }

  private static @Nullable Double ms(OptionalLong atNs, long t0) {
    return atNs.isPresent() ? Math.round((atNs.getAsLong() - t0) / 1e4) / 1e2 : null;
  }
}
