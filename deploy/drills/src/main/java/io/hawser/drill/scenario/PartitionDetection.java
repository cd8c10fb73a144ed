package io.hawser.drill.scenario;

import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Partition;
import io.hawser.drill.net.Namespaces;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Three nodes in network namespaces, one cut off from the other two, while instances that reach all
 * of them go on to beat and to answer: on neither side may one be called down.
 */
final class PartitionDetection implements Scenario {
  private static final int SIZE = 3;

  /** So that who is called down wrongly is gone before the end. */
  private static final Map<String, Object> EVICT_SOON = Map.of("registry.evict-after-ms", 4_000);

  private static final int INSTANCES = 3;
  private static final Duration CUT = Duration.ofSeconds(30);
  private static final Duration AFTER = Duration.ofSeconds(30);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(3);

  @Override
  public String name() {
    return "detection-partition";
  }

  @Override
  public String summary() {
    return "three nodes in namespaces, one cut off and healed: no instance that works is called"
        + " down or removed on either side";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public int namespaces(DrillRun.Options options) {
    return SIZE;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int port = Ports.block(run.options().firstPort(), SIZE * 4);
    ClusterPlan plan =
        new ClusterPlan(run.dir().resolve("nodes"), SIZE, port, run.network(), EVICT_SOON);
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      cluster.startAll();
      try (Flock flock = Flock.start(cluster, run, SIZE, INSTANCES, Namespaces.HUB_ADDRESS)) {
        Wait.pass(Duration.ofSeconds(5));
        for (int i = 0; i < run.rounds(); i++) {
          cut(run, cluster, flock, i % SIZE);
        }
      }
    }
  }

  private static void cut(DrillRun run, DrillCluster cluster, Flock flock, int alone) {
    List<Integer> others = IntStream.range(0, SIZE).filter(k -> k != alone).boxed().toList();
    Partition.Sides sides = new Partition.Sides(List.of(alone), others, cluster.plan()::apiPort);
    List<EventTap> taps = new ArrayList<>();
    IntStream.range(0, SIZE).forEach(k -> taps.add(new EventTap(cluster.api(k).api())));
    Wait.pass(Duration.ofSeconds(1));
    Partition partition =
        new Partition(run.network().orElseThrow(), sides, run.ledger(), TIME_TO_LIVE);
    try (Injection injection = Injection.inject(partition, TIME_TO_LIVE, run.journal())) {
      Wait.pass(CUT);
      injection.heal();
    }
    Wait.pass(AFTER);
    boolean up = flock.awaitUp();
    JsonObject round = new JsonObject().put("alone", "node-" + alone).put("upEverywhere", up);
    long wronged = 0;
    for (int k = 0; k < SIZE; k++) {
      long failed = flock.wronged(taps.get(k), "InstanceFailed");
      long removed = flock.wronged(taps.get(k), "InstanceDeregistered");
      round.put("calledDownAsSeenAtNode" + k, failed).put("removedAsSeenAtNode" + k, removed);
      wronged += failed + removed;
    }
    taps.forEach(EventTap::close);
    run.journal().round(round);
    run.journal()
        .expect(
            "node-" + alone + " cut off: nothing is called down or removed, all is up everywhere",
            wronged == 0 && up,
            round.encode());
  }
}
