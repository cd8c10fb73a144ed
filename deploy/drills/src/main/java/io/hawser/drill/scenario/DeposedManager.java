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
import io.hawser.drill.fault.Stall;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A command of a manager reaches the node that is to carry it out only when another manager has
 * followed: the node that starts the cold backup is stopped, the manager asks it and is killed, and
 * when its successor acts, the node goes on with what lies in its sockets. It has to refuse the
 * late command, say so, and start one process.
 */
final class DeposedManager implements Scenario {
  private static final int SIZE = 4;
  private static final int PORTS = 2;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration ASKED = Duration.ofMillis(500);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(2);
  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final int MOST_LOOKS = 6;
  private static final String REFUSED = "hawser_failover_refused_calls_total";

  @Override
  public String name() {
    return "failover-deposed";
  }

  @Override
  public String summary() {
    return "a manager's command is stuck until another manager acts: it is refused, logged and"
        + " counted, and one process starts";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public void run(DrillRun run) {
    int first = Ports.block(run.options().firstPort() + 40, run.rounds() * PORTS);
    ClusterPlan plan =
        ClusterPlan.local(
            run.dir().resolve("nodes"),
            SIZE,
            run.options().firstPort(),
            Map.of("process.templates." + FailoverPair.TEMPLATE + ".command", Origin.template()));
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      FailoverPair.start(cluster);
      for (int i = 1; i <= run.rounds(); i++) {
        JsonObject round = round(run, cluster, "late-" + i, first + (i - 1) * PORTS);
        run.journal().note("round: " + round.encode());
        run.journal().round(round.put("round", i));
      }
    }
  }

  private static JsonObject round(DrillRun run, DrillCluster cluster, String service, int port) {
    int manager = FailoverPair.manager(cluster, 0);
    int owner = owner(settled(cluster), manager);
    int other =
        IntStream.range(0, SIZE).filter(k -> k != manager && k != owner).min().orElseThrow();
    long term = Fields.number(state(cluster, other), 0, "term");
    FailoverPair pair = FailoverPair.coldAt(cluster, service, port, owner);
    double before = refused(cluster, owner);
    boolean asked;
    boolean followed;
    Stall stall =
        new Stall("node-" + owner, cluster.node(owner).identity(), run.ledger(), TIME_TO_LIVE);
    try (Injection stopped = Injection.inject(stall, TIME_TO_LIVE, run.journal())) {
      kill(run, Kill.of(pair.failing(), pair.active().identity()));
      asked = Wait.until(SOON, () -> phase(pair, other).equals("activating"));
      Wait.pass(ASKED);
      kill(run, Kill.of("node-" + manager, cluster.node(manager).identity()));
      followed = Wait.until(SOON, () -> follows(cluster, other, manager));
      stopped.heal();
    }
    boolean serves = Wait.until(SOON, () -> pair.routed(other).equals(List.of(pair.backup())));
    boolean counted = Wait.until(SOON, () -> refused(cluster, owner) > before);
    boolean said =
        log(cluster, owner).contains("manager's call refused term=" + term + " code=deposed ");
    var unused = cluster.start(manager);
    boolean one = Wait.until(SOON, () -> everywhere(pair));
    expect(
        run, service, "the manager has asked, and another one has followed it", asked && followed);
    expect(run, service, "the late command is refused, in a line of the log", said);
    expect(run, service, "and in the metric " + REFUSED, counted);
    expect(run, service, "the backup serves, at all nodes", serves && one);
    expect(run, service, "it has one process", pair.processes(pair.backup()) == 1);
    return new JsonObject()
        .put("manager", manager)
        .put("owner", owner)
        .put("term", term)
        .put("refused", refused(cluster, owner) - before);
  }

  /** With four nodes the store may still move a replica to the last one. */
  private static List<Integer> settled(DrillCluster cluster) {
    List<Integer> replicas = FailoverPair.replicas(cluster);
    for (int looks = 0; looks < MOST_LOOKS; looks++) {
      Wait.pass(SETTLED);
      List<Integer> now = FailoverPair.replicas(cluster);
      if (now.equals(replicas) && now.size() == SIZE - 1) {
        return now;
      }
      replicas = now;
    }
    throw new CliFailure(
        ExitCode.UNREACHABLE, "the store goes on to move its replicas", replicas.toString(), "");
  }

  /** One that may be stopped while the manager is dead, and the store still has its majority. */
  private static int owner(List<Integer> replicas, int manager) {
    return IntStream.range(0, SIZE)
        .filter(k -> k != manager)
        .filter(k -> !replicas.contains(manager) || !replicas.contains(k))
        .findFirst()
        .orElseThrow();
  }

  private static void kill(DrillRun run, Kill kill) {
    try (Injection killed = Injection.inject(kill, TIME_TO_LIVE, run.journal())) {
      killed.heal();
    }
  }

  private static String phase(FailoverPair pair, int node) {
    return pair.incidents(node).stream()
        .findFirst()
        .map(i -> Fields.text(i, "phase"))
        .orElse("none");
  }

  private static boolean follows(DrillCluster cluster, int node, int manager) {
    String name = Fields.text(state(cluster, node), "manager");
    return !name.isEmpty() && !name.equals("node-" + manager);
  }

  private static JsonObject state(DrillCluster cluster, int node) {
    return cluster.api(node).get(Api.path("failover", "state")).object();
  }

  private static boolean everywhere(FailoverPair pair) {
    return IntStream.range(0, SIZE).allMatch(k -> pair.routed(k).equals(List.of(pair.backup())));
  }

  /** As late from a manager that was followed, and not because nobody could tell. */
  private static double refused(DrillCluster cluster, int node) {
    return cluster.api(node).metric(REFUSED, "reason=\"deposed\"");
  }

  private static String log(DrillCluster cluster, int node) {
    try {
      return Files.readString(cluster.plan().dir().resolve("node-" + node).resolve("hawser.log"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the log of node-" + node, e);
    }
  }

  private static void expect(DrillRun run, String service, String what, boolean met) {
    run.journal().expect(service + ": " + what, met, met ? "yes" : "no");
  }
}
