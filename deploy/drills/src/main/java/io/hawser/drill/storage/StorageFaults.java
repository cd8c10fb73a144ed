package io.hawser.drill.storage;

import io.hawser.drill.cluster.Wait;
import io.hawser.drill.kv.Clients;
import io.hawser.drill.kv.KvWatcher;
import io.hawser.drill.scenario.DrillRun;
import io.hawser.drill.scenario.DrillRun.Options;
import io.hawser.drill.scenario.Scenario;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Clients read, write, swap, count and lock while the nodes of the store are killed, stopped, cut
 * off, drained and run out of disk. After each round everything that any client saw has to be
 * explicable: linearizable, nothing acknowledged lost, tokens that fence, replicas equal.
 */
final class StorageFaults implements Scenario {
  private static final int REPLICAS = 3;
  private static final int DISK_MIB = 256;
  private static final int SECONDS = 30;
  private static final Duration CALM = Duration.ofMillis(1_500);

  @Override
  public String name() {
    return "storage";
  }

  @Override
  public String summary() {
    return "clients of the store under kill, stop, partition, bridge, membership, diskfull, mixed:"
        + " linearizable, nothing acknowledged is lost";
  }

  @Override
  public int rounds() {
    return StoreFault.values().length;
  }

  @Override
  public int namespaces(Options options) {
    List<StoreFault> faults = StoreFault.named(options.faults());
    return faults.stream().anyMatch(StoreFault::network) ? size(faults) : 0;
  }

  @Override
  public boolean withoutNamespaces() {
    return true;
  }

  private static int size(List<StoreFault> faults) {
    return faults.stream().anyMatch(StoreFault::spare) ? REPLICAS + 1 : REPLICAS;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    List<StoreFault> wanted = StoreFault.named(run.options().faults());
    run.journal().figure("seed", run.options().seed());
    int diskMib = wanted.stream().anyMatch(StoreFault::disk) ? DISK_MIB : 0;
    try (StoreNodes nodes = StoreNodes.start(run, size(wanted), diskMib)) {
      List<StoreFault> possible =
          Stream.of(StoreFault.values()).filter(f -> can(run, nodes, f)).toList();
      List<StoreFault> faults =
          wanted.stream().filter(f -> f == StoreFault.MIXED || possible.contains(f)).toList();
      wanted.stream()
          .filter(f -> !faults.contains(f))
          .forEach(f -> run.journal().note("left out, not permitted here: " + f.label()));
      run.journal().figure("faults", faults.stream().map(StoreFault::label).toList().toString());
      for (int i = 0; i < run.rounds() && !faults.isEmpty(); i++) {
        round(run, nodes, i, faults.get(i % faults.size()), possible);
      }
    }
  }

  private static boolean can(DrillRun run, StoreNodes nodes, StoreFault fault) {
    return switch (fault) {
      case KILL, STOP -> true;
      case PARTITION, BRIDGE -> run.network().isPresent();
      case MEMBERSHIP -> nodes.size() > REPLICAS;
      case DISKFULL -> nodes.all().stream().allMatch(k -> nodes.disk(k).isPresent());
      case MIXED -> false;
    };
  }

  private static void round(
      DrillRun run, StoreNodes nodes, int number, StoreFault fault, List<StoreFault> possible)
      throws InterruptedException {
    long seed = run.options().seed() + number;
    String name = "r" + number + "-" + fault.label();
    run.journal().note("round " + name + ", seed " + seed);
    StoreLoad load = new StoreLoad(nodes.addresses(), name, seed);
    Trouble trouble = new Trouble(run, nodes, possible, new Random(seed));
    int seconds = run.options().seconds() == 0 ? SECONDS : run.options().seconds();
    long startNs = System.nanoTime();
    int faults = 0;
    List<KvWatcher> watchers = load.watch();
    try (Clients clients = load.start()) {
      while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(seconds)) {
        Wait.pass(CALM);
        trouble.once(fault);
        faults++;
      }
      Wait.pass(CALM);
      clients.stop();
    }
    nodes.requireServing();
    Proof proof = new Proof(run, nodes, load, name);
    proof.watched(watchers);
    JsonObject figures = proof.check();
    JsonObject round = new JsonObject().put("round", name).put("seed", seed).put("faults", faults);
    run.journal().round(round.mergeIn(figures));
    run.journal().note(round.encode());
  }
}
