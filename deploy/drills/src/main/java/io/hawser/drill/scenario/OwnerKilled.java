package io.hawser.drill.scenario;

import static java.util.Locale.ROOT;

import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The node whose children the processes of a service are is killed, and started again: while it
 * starts one, while one serves, and together with the one that serves. No instance may ever have
 * two processes; what runs is found again, and what died with its node is started again once.
 */
final class OwnerKilled implements Scenario {
  private enum Moment {
    /** Up to so long after the manager has asked. */
    STARTING,
    SERVING,
    BOTH
  }

  private static final int SIZE = 3;
  private static final int PORTS = 2;
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final long STARTING_MS = 1_000;

  @Override
  public String name() {
    return "failover-owner-killed";
  }

  @Override
  public String summary() {
    return "kill -9 of the node that owns a service's processes: none is there twice, and the"
        + " incident ends";
  }

  @Override
  public int rounds() {
    return 2 * Moment.values().length;
  }

  @Override
  public void run(DrillRun run) {
    int first = Ports.block(run.options().firstPort() + 40, run.rounds() * PORTS);
    ClusterPlan plan =
        ClusterPlan.local(
            run.dir().resolve("nodes"),
            SIZE,
            run.options().firstPort(),
            Map.of(
                "failover.recovery.probation-ms",
                1_000,
                "process.templates." + FailoverPair.TEMPLATE + ".command",
                Origin.template()));
    Random random = new Random(run.options().seed());
    List<JsonObject> rounds = new ArrayList<>();
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      FailoverPair.start(cluster);
      for (int i = 1; i <= run.rounds(); i++) {
        Moment moment = Moment.values()[(i - 1) % Moment.values().length];
        int owner = (FailoverPair.manager(cluster, 0) + 1) % SIZE;
        FailoverPair pair =
            FailoverPair.ownedBy(cluster, "owned-" + i, first + (i - 1) * PORTS, owner);
        JsonObject round =
            round(run, pair, owner, moment, random.nextLong(STARTING_MS)).put("round", i);
        run.journal().note("round: " + round.encode());
        run.journal().round(round);
        rounds.add(round);
      }
    }
    expect(run, rounds, "oneProcess", "no instance ever has two processes");
    expect(run, rounds, "startedOnce", "what serves is found again, what died is started once");
    expect(run, rounds, "ended", "every incident ends");
    expect(run, rounds, "oneActive", "one active instance at every node afterwards");
  }

  private static void expect(DrillRun run, List<JsonObject> rounds, String field, String what) {
    long met = rounds.stream().filter(r -> r.getBoolean(field)).count();
    run.journal().expect(what, met == rounds.size(), met + " of " + rounds.size() + " rounds");
  }

  private static JsonObject round(
      DrillRun run, FailoverPair pair, int owner, Moment moment, long delayMs) {
    DrillCluster cluster = pair.cluster();
    int other = (owner + 1) % SIZE;
    String backup = pair.backup();
    try (ProcessCensus census = ProcessCensus.of(pair)) {
      kill(run, pair.failing(), pair.active().identity());
      if (moment == Moment.STARTING) {
        var unused = Wait.until(SOON, () -> phase(pair, other).equals("activating"));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMs));
      } else {
        var unused = Wait.until(SOON, () -> ended(pair, other) && serves(pair, other));
      }
      List<Long> before = census.ever(backup);
      kill(run, "node-" + owner, cluster.node(owner).identity());
      if (moment == Moment.BOTH) {
        pair.running(backup).stream()
            .flatMap(p -> ProcessIdentity.of(p.pid()).stream())
            .forEach(p -> kill(run, backup, p));
      }
      var unused = cluster.start(owner);
      boolean failedOnce =
          moment != Moment.BOTH || Wait.until(SOON, () -> !pair.incidents(other, backup).isEmpty());
      boolean ended = Wait.until(SOON, () -> ended(pair, other) && one(pair));
      List<Long> ever = census.ever(backup);
      return new JsonObject()
          .put("moment", moment.name().toLowerCase(ROOT))
          .put("owner", owner)
          .put("delayMs", delayMs)
          .put("most", census.most())
          .put("before", before)
          .put("ever", ever)
          .put("oneProcess", census.most() == 1)
          .put(
              "startedOnce",
              startedOnce(moment, before, ever)
                  && pair.processes(backup) == Math.min(1, ever.size()))
          .put("ended", failedOnce && ended)
          .put("oneActive", Wait.until(SOON, () -> one(pair)));
    }
  }

  private static boolean startedOnce(Moment moment, List<Long> before, List<Long> ever) {
    return switch (moment) {
      // Killed before it had started anything, when the failed one may be back first, or with a
      // child that is found again.
      case STARTING -> ever.size() <= 1;
      case SERVING -> before.size() == 1 && ever.equals(before);
      case BOTH -> before.size() == 1 && ever.size() == 2;
    };
  }

  private static void kill(DrillRun run, String what, ProcessIdentity who) {
    try (Injection killed = Injection.inject(Kill.of(what, who), SOON, run.journal())) {
      killed.heal();
    }
  }

  private static String phase(FailoverPair pair, int node) {
    return pair.incidents(node).stream()
        .findFirst()
        .map(i -> Fields.text(i, "phase"))
        .orElse("none");
  }

  private static boolean serves(FailoverPair pair, int node) {
    return pair.routed(node).equals(List.of(pair.backup()));
  }

  private static boolean one(FailoverPair pair) {
    return IntStream.range(0, SIZE).allMatch(k -> pair.actives(k) == 1);
  }

  /** For traffic and for the failed instance. */
  private static boolean ended(FailoverPair pair, int node) {
    List<JsonObject> all = new ArrayList<>(pair.incidents(node));
    all.addAll(pair.incidents(node, pair.backup()));
    return !all.isEmpty()
        && all.stream()
            .allMatch(
                i ->
                    List.of("closed", "aborted").contains(Fields.text(i, "phase"))
                        && Fields.text(i, "recovery").equals("recovered"));
  }
}
