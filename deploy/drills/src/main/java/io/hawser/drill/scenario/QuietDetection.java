package io.hawser.drill.scenario;

import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Fault;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.fault.Stall;
import io.hawser.drill.fault.Starve;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One registry node after the other is stopped and continued, starved and killed, each of them the
 * gateway of some beats, while nothing is the matter with any instance; then all are stopped in
 * order and started again. Nothing may be called down, nothing may be removed, and in the end all
 * catalogs have to be equal.
 */
final class QuietDetection implements Scenario {
  private static final int SIZE = 3;

  /** So that who is called down wrongly is gone before the end. */
  private static final Map<String, Object> EVICT_SOON = Map.of("registry.evict-after-ms", 4_000);

  private static final int INSTANCES = 3;
  private static final Duration STOPPED = Duration.ofSeconds(14);
  private static final Duration STARVED = Duration.ofSeconds(20);
  private static final Duration DEAD = Duration.ofSeconds(8);
  private static final Duration AFTER = Duration.ofSeconds(8);
  private static final Duration EQUAL = Duration.ofSeconds(60);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(2);
  private static final long SEED = 20_261_126;

  @Override
  public String name() {
    return "detection-quiet";
  }

  @Override
  public String summary() {
    return "one of three nodes stopped, starved and killed, and all of them restarted: no instance"
        + " that works is called down or removed, catalogs equal";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    ClusterPlan plan =
        ClusterPlan.local(run.dir().resolve("nodes"), SIZE, run.options().firstPort(), EVICT_SOON);
    Random dice = new Random(SEED);
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      cluster.startAll();
      try (Flock flock = Flock.start(cluster, run, SIZE, INSTANCES, "127.0.0.1")) {
        Wait.pass(AFTER);
        for (int i = 0; i < run.rounds(); i++) {
          int k = i % SIZE;
          var who = cluster.node(k).identity();
          String node = "node-" + k;
          watch(run, cluster, flock, k, new Stall(node, who, run.ledger(), TIME_TO_LIVE), STOPPED);
          watch(
              run,
              cluster,
              flock,
              k,
              new Starve(node, who, run.ledger(), TIME_TO_LIVE, dice),
              STARVED);
          watch(run, cluster, flock, k, Kill.of(node, who), DEAD);
        }
        restartAll(run, cluster, flock);
      }
    }
  }

  /** Does it to node k, and listens at the two others. */
  private static void watch(
      DrillRun run, DrillCluster cluster, Flock flock, int k, Fault fault, Duration time) {
    List<EventTap> taps = new ArrayList<>();
    IntStream.range(0, SIZE)
        .filter(i -> i != k)
        .forEach(i -> taps.add(new EventTap(cluster.api(i).api())));
    Wait.pass(Duration.ofSeconds(1));
    try (Injection injection = Injection.inject(fault, TIME_TO_LIVE, run.journal())) {
      Wait.pass(time);
      injection.heal();
    }
    if (fault instanceof Kill) {
      run.journal().note("ready after " + cluster.start(k) + " ms");
    }
    Wait.pass(AFTER);
    boolean up = flock.awaitUp();
    long failed =
        taps.stream().mapToLong(tap -> flock.wronged(tap, "InstanceFailed")).max().orElse(0);
    long removed =
        taps.stream().mapToLong(tap -> flock.wronged(tap, "InstanceDeregistered")).max().orElse(0);
    taps.forEach(EventTap::close);
    run.journal()
        .round(
            new JsonObject()
                .put("fault", fault.name())
                .put("calledDown", failed)
                .put("removed", removed)
                .put("upEverywhere", up));
    run.journal()
        .expect(
            fault.name() + ": nothing is called down or removed, all is up everywhere",
            failed == 0 && removed == 0 && up,
            failed + " called down, " + removed + " removed, up: " + up);
  }

  private static void restartAll(DrillRun run, DrillCluster cluster, Flock flock) {
    for (int k = 0; k < SIZE; k++) {
      int code = cluster.stop(k);
      run.journal().note("node-" + k + " stopped with " + code);
    }
    for (int k = 0; k < SIZE; k++) {
      run.journal().note("node-" + k + " ready after " + cluster.start(k) + " ms");
    }
    boolean up = flock.awaitUp();
    boolean equal =
        Wait.until(
            EQUAL,
            () -> IntStream.range(1, SIZE).allMatch(k -> flock.states(k).equals(flock.states(0))));
    run.journal()
        .expect(
            "after a full stop and restart all are there, up, and the same everywhere",
            up && equal,
            flock.states(0).toString());
  }
}
