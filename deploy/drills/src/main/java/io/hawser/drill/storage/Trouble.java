package io.hawser.drill.storage;

import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Fault;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.fault.Partition;
import io.hawser.drill.fault.SmallDisk;
import io.hawser.drill.fault.Stall;
import io.hawser.drill.net.Namespaces;
import io.hawser.drill.scenario.DrillRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Does faults to a store, one after the other, each healed before the next. One thread. */
final class Trouble {
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(2);
  private static final Duration DRAIN = Duration.ofSeconds(60);

  private final DrillRun run;
  private final StoreNodes nodes;
  private final Random dice;
  private final List<StoreFault> possible;

  /**
   * @param possible what a mixed fault is chosen from
   */
  Trouble(DrillRun run, StoreNodes nodes, List<StoreFault> possible, Random dice) {
    this.run = run;
    this.nodes = nodes;
    this.possible = possible;
    this.dice = dice;
  }

  /** One fault, from its injection until it is healed. */
  void once(StoreFault fault) {
    switch (fault) {
      case KILL -> kill(target());
      case STOP -> stop(target());
      case PARTITION -> cutOff(target());
      case BRIDGE -> bridge(target());
      case MEMBERSHIP -> drain(target());
      case DISKFULL -> nodes.disk(target()).ifPresent(this::fill);
      case MIXED -> once(possible.get(dice.nextInt(possible.size())));
    }
  }

  /** The leader every other time: that is where it hurts. */
  private int target() {
    int any = dice.nextInt(nodes.size());
    return dice.nextBoolean() ? nodes.leader(StoreNodes.DATA).orElse(any) : any;
  }

  private void hold(Fault fault, int atLeastMs, int spreadMs) {
    try (Injection injection = Injection.inject(fault, TIME_TO_LIVE, run.journal())) {
      Wait.pass(Duration.ofMillis(atLeastMs + dice.nextInt(spreadMs)));
      injection.heal();
    }
  }

  private void kill(int k) {
    hold(Kill.of("node-" + k, nodes.cluster().node(k).identity()), 200, 2_500);
    long readyMs = nodes.cluster().start(k);
    run.journal().note("node-" + k + " is ready again after " + readyMs + " ms");
  }

  private void stop(int k) {
    var who = nodes.cluster().node(k).identity();
    hold(new Stall("node-" + k, who, run.ledger(), TIME_TO_LIVE), 500, 4_500);
  }

  private void cutOff(int k) {
    hold(partition(List.of(k), nodes.others(k)), 2_000, 5_000);
  }

  /** One end is the target; the other end is any but the one that both go on to reach. */
  private void bridge(int k) {
    List<Integer> others = new ArrayList<>(nodes.others(k));
    int between = others.remove(/* index */ dice.nextInt(others.size()));
    run.journal().note("node-" + between + " stays between them");
    hold(partition(List.of(k), others), 2_000, 5_000);
  }

  private Partition partition(List<Integer> these, List<Integer> those) {
    Namespaces network = run.network().orElseThrow();
    Partition.Sides sides = new Partition.Sides(these, those, nodes.cluster().plan()::apiPort);
    return new Partition(network, sides, run.ledger(), TIME_TO_LIVE);
  }

  private void drain(int k) {
    run.journal().note("node-" + k + " is drained");
    boolean taken = nodes.operate(k, "drain");
    boolean drained = taken && Wait.until(DRAIN, () -> nodes.drained(k));
    boolean back = nodes.operate(k, "add");
    run.journal()
        .expect(
            "node-" + k + " can be drained and added again",
            drained && back,
            "taken "
                + taken
                + ", empty within "
                + DRAIN.toSeconds()
                + " s "
                + drained
                + ", added "
                + back);
  }

  private void fill(SmallDisk disk) {
    hold(disk, 2_000, 4_000);
  }
}
