package io.hawser.drill.scenario;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Fields;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.fault.Partition;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.LoadPlan;
import io.hawser.drill.load.OpenLoad;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Three nodes and a service's active instance in network namespaces. In turn the manager's node,
 * the store's leader, another node and the instance are cut off under traffic, and where the
 * instance works on, it is killed: the majority promotes the backup once, the minority nobody, and
 * when the cut is healed all tell the same.
 */
final class PartitionFailover implements Scenario {
  private static final int SIZE = 3;
  private static final int INSTANCE = SIZE;
  private static final int PORTS = 2;
  private static final Duration STEADY = Duration.ofSeconds(2);
  private static final Duration WATCHED = Duration.ofSeconds(8);
  private static final Duration PROMOTED = Duration.ofSeconds(40);
  private static final Duration SAME = Duration.ofSeconds(90);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(3);

  /** Who is cut off, and what is done then. */
  private enum Cut {
    /** The node whose manager acts. */
    MANAGER(true),
    /** The node that leads the store's group of roles and leases. */
    LEADER(true),
    /** A node that is neither, as long as there is one. */
    BALANCER(true),
    /** The active instance, from all nodes. */
    INSTANCE(false),
    /** The active instance, from one node only: no reason to do anything. */
    LINK(false),
    /** A node together with the active instance, which works on. */
    BOTH(false),
    /** The same, of an exclusive service. */
    EXCLUSIVE(false);

    final boolean kills;

    Cut(boolean kills) {
      this.kills = kills;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String name() {
    return "failover-partition";
  }

  @Override
  public String summary() {
    return "three nodes in namespaces; the manager's node, the store's leader, another one, the"
        + " active instance are cut off in turn: one activation by the majority, none elsewhere";
  }

  @Override
  public int rounds() {
    return Cut.values().length;
  }

  @Override
  public int namespaces(DrillRun.Options options) {
    return SIZE + 1;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int first = run.options().firstPort();
    int port = Ports.block(first, SIZE * ClusterPlan.PORTS_PER_NODE);
    ClusterPlan plan =
        new ClusterPlan(run.dir().resolve("nodes"), SIZE, port, run.network(), Map.of());
    List<Cut> cuts =
        run.options().faults().isEmpty()
            ? Arrays.asList(Cut.values())
            : run.options().faults().stream()
                .map(word -> Cut.valueOf(word.toUpperCase(Locale.ROOT)))
                .toList();
    List<JsonObject> rounds = new ArrayList<>();
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      FailoverPair.start(cluster);
      for (int i = 1; i <= run.rounds(); i++) {
        Cut cut = cuts.get((i - 1) % cuts.size());
        FailoverPair pair =
            FailoverPair.apart(
                cluster,
                run.network().orElseThrow(),
                cut.word() + "-" + i,
                first + 60 + i * PORTS,
                cut == Cut.EXCLUSIVE);
        JsonObject round = new JsonObject().put("round", i).put("cut", cut.word());
        new CutRound(run, pair, cut, first + 60 + i * PORTS, round).play();
        run.journal().note("round: " + round.encode());
        run.journal().round(round);
        rounds.add(round);
      }
    }
    run.journal().figure("servingMs", Summary.of(rounds, "servingMs"));
    run.journal().figure("sameMs", Summary.of(rounds, "sameMs"));
  }

  /** One cut, from before it until all tell the same. */
  private record CutRound(DrillRun run, FailoverPair pair, Cut cut, int port, JsonObject round) {
    void play() throws InterruptedException {
      DrillCluster cluster = pair.cluster();
      int manager = FailoverPair.manager(cluster, 0);
      int leader = leader(cluster);
      int alone =
          switch (cut) {
            case MANAGER -> manager;
            case LEADER -> leader;
            case BALANCER, INSTANCE, LINK, BOTH, EXCLUSIVE -> other(manager, leader);
          };
      round.put("manager", manager).put("leader", leader).put("alone", alone);
      List<EventTap> taps =
          IntStream.range(0, SIZE).mapToObj(k -> new EventTap(cluster.api(k).api())).toList();
      AnswerLog log = new AnswerLog();
      try (OpenLoad load = OpenLoad.start(gets(cluster), log::add)) {
        Wait.pass(STEADY);
        try (Injection partition =
            Injection.inject(partition(alone), TIME_TO_LIVE, run.journal())) {
          long t0 = cut.kills ? killed(log) : partition.injectedNs();
          during(alone, taps, log, t0);
          partition.heal();
        }
        afterwards(log);
        load.stop();
      }
      taps.forEach(EventTap::close);
    }

    private LoadPlan gets(DrillCluster cluster) {
      return LoadPlan.gets(
          IntStream.range(0, SIZE).mapToObj(cluster::traffic).toList(),
          "/" + pair.service() + "/hello",
          run.options().perSecond(),
          false);
    }

    private Partition partition(int alone) {
      List<Integer> others = IntStream.range(0, SIZE).filter(k -> k != alone).boxed().toList();
      Partition.Sides sides =
          switch (cut) {
            case MANAGER, LEADER, BALANCER -> sides(List.of(alone), others);
            case INSTANCE -> sides(List.of(INSTANCE), List.of(0, 1, 2));
            case LINK -> sides(List.of(INSTANCE), List.of(alone));
            case BOTH, EXCLUSIVE -> sides(List.of(alone, INSTANCE), others);
          };
      return new Partition(run.network().orElseThrow(), sides, run.ledger(), TIME_TO_LIVE);
    }

    private Partition.Sides sides(List<Integer> these, List<Integer> those) {
      return new Partition.Sides(
          these, those, k -> k == INSTANCE ? port : pair.cluster().plan().apiPort(k));
    }

    /** Kills the instance: at once, while the lease of who was cut off still runs, or later. */
    private long killed(AnswerLog log) {
      if (cut == Cut.BALANCER) {
        Wait.pass(WATCHED);
        expect("an instance that works is left alone", pair.incidents(0).isEmpty(), "");
        expect("traffic goes on through all nodes", log.failed() == 0, log.failed() + " failed");
      }
      try (Injection kill =
          Injection.inject(
              Kill.of(pair.failing(), pair.active().identity()), TIME_TO_LIVE, run.journal())) {
        return kill.injectedNs();
      }
    }

    private void during(int alone, List<EventTap> taps, AnswerLog log, long t0) {
      int there = (alone + 1) % SIZE;
      if (cut == Cut.LINK) {
        Wait.pass(WATCHED.multipliedBy(2));
        expect("one observer is not enough", pair.incidents(there).isEmpty(), "");
        return;
      }
      boolean promoted =
          Wait.until(
              PROMOTED,
              () ->
                  pair.routed(there).equals(List.of(pair.backup()))
                      && FailoverPair.servedBy(log, pair.backup(), t0).isPresent());
      OptionalLong served = FailoverPair.servedBy(log, pair.backup(), t0);
      served.ifPresent(ns -> round.put("servingMs", Math.round((ns - t0) / 1e4) / 1e2));
      expect("the majority promotes the backup", promoted, pair.routed(there).toString());
      if (cut == Cut.INSTANCE) {
        return;
      }
      Wait.pass(STEADY);
      double term = pair.cluster().api(alone).metric("hawser_failover_term");
      long told = taps.get(alone).count("BackupActivated", pair.backup()::equals);
      expect(
          "the minority promotes nobody, and its manager does not act",
          !pair.routed(alone).contains(pair.backup()) && term == 0 && told == 0,
          "routed %s, term %.0f, told %d".formatted(pair.routed(alone), term, told));
      if (cut == Cut.EXCLUSIVE) {
        expect(
            "no balancer goes on with the old one once the backup serves",
            served.isPresent() && answeredAfter(log, served.getAsLong()) == 0,
            answeredAfter(log, served.orElse(t0)) + " answers by " + pair.failing());
      }
    }

    /** How many requests that were begun after a time the old one answered. */
    private long answeredAfter(AnswerLog log, long afterNs) {
      return log.all().stream()
          .filter(a -> !a.failed() && a.instance().equals(pair.failing()))
          .filter(a -> a.intendedNs() - afterNs > 0)
          .count();
    }

    private void afterwards(AnswerLog log) {
      long healedNs = System.nanoTime();
      boolean same = Wait.until(SAME, this::same);
      round.put("sameMs", (System.nanoTime() - healedNs) / 1e6).put("failed", log.failed());
      List<JsonObject> incidents = pair.incidents(0);
      long wanted = cut == Cut.LINK ? 0 : 1;
      round.put("activations", FailoverPair.activations(incidents));
      expect(
          "all nodes tell the same, with one active instance",
          same,
          IntStream.range(0, SIZE).mapToObj(pair::truth).toList().toString());
      expect(
          "activations: " + wanted,
          FailoverPair.activations(incidents) == wanted && incidents.size() == wanted,
          incidents.toString());
    }

    private boolean same() {
      String first = pair.truth(0);
      return IntStream.range(0, SIZE)
          .allMatch(k -> pair.actives(k) == 1 && pair.truth(k).equals(first));
    }

    private void expect(String what, boolean met, String seen) {
      run.journal().expect(cut.word() + " cut off: " + what, met, met ? "yes" : seen);
    }
  }

  private static int other(int manager, int leader) {
    return IntStream.range(0, SIZE).filter(k -> k != manager && k != leader).max().orElseThrow();
  }

  /** Who leads the store's group of leases and records. */
  private static int leader(DrillCluster cluster) {
    String name =
        Fields.items(cluster.api(0).get(Api.path("storage", "placement")).json(), "groups").stream()
            .filter(g -> Fields.text(g, "group").equals("meta"))
            .map(g -> Fields.text(g, "leader"))
            .findFirst()
            .orElse("");
    return name.isEmpty() ? 0 : Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
  }
}
