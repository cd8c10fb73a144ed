package io.hawser.drill.storage;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.etcd.EtcdCluster;
import io.hawser.drill.fault.Fault;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.fault.Stall;
import io.hawser.drill.kv.Acks;
import io.hawser.drill.kv.Clients;
import io.hawser.drill.kv.Stopwatch;
import io.hawser.drill.kv.WriterTask;
import io.hawser.drill.process.Spawned;
import io.hawser.drill.scenario.DrillRun;
import io.hawser.drill.scenario.Scenario;
import io.hawser.drill.scenario.Summary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How long clients that write all the time are acknowledged nothing when the leader is killed or
 * stopped; and the same with etcd, where that is installed.
 */
final class StorageGap implements Scenario {
  private static final int SIZE = 3;
  private static final int WRITERS = 16;
  private static final Duration CALM = Duration.ofSeconds(2);
  private static final Duration AFTER = Duration.ofSeconds(2);
  private static final Duration RESUMED = Duration.ofSeconds(30);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);
  private static final double MEDIAN_MS = 200;
  private static final double KILL_WORST_MS = 1_000;
  private static final double STOP_WORST_MS = 1_500;

  @Override
  public String name() {
    return "storage-gap";
  }

  @Override
  public String summary() {
    return "kill -9 or SIGSTOP of the store's leader under load: the longest time without an"
        + " acknowledged write, etcd's beside it";
  }

  @Override
  public int rounds() {
    return 20;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    StoreFault fault = fault(run.options().faults());
    Optional<String> why = EtcdCluster.missing();
    if (why.isPresent()) {
      run.journal().note("without etcd beside it: " + why.get());
    } else {
      run.journal().figure("etcd", EtcdCluster.version());
      int port = run.options().firstPort() + 60;
      EtcdCluster etcd = EtcdCluster.start(run.dir().resolve("etcd"), port, run.ledger());
      try (GapStore store = new GapStore.Etcd(etcd)) {
        var unused = rounds(run, store, fault);
      }
    }
    try (GapStore store = new GapStore.Hawser(StoreNodes.start(run, SIZE, 0))) {
      expect(run, fault, rounds(run, store, fault));
    }
  }

  private static StoreFault fault(List<String> names) {
    List<StoreFault> faults = names.isEmpty() ? List.of(StoreFault.KILL) : StoreFault.named(names);
    if (faults.size() != 1
        || (faults.getFirst() != StoreFault.KILL && faults.getFirst() != StoreFault.STOP)) {
      throw new CliFailure(ExitCode.USAGE, "--fault is kill or stop", "got " + names, "");
    }
    return faults.getFirst();
  }

  private static List<JsonObject> rounds(DrillRun run, GapStore store, StoreFault fault)
      throws InterruptedException {
    Stopwatch watch = new Stopwatch();
    Acks acks = new Acks();
    List<WriterTask> writers =
        IntStream.range(0, WRITERS)
            .mapToObj(i -> new WriterTask(i, store.addresses(), store.dialect(), watch, acks))
            .toList();
    List<JsonObject> rounds = new ArrayList<>();
    String name = store.dialect().name().toLowerCase(Locale.ROOT);
    try (Clients clients = Clients.start(writers, Duration.ZERO)) {
      for (int i = 0; i < run.rounds(); i++) {
        Wait.pass(CALM);
        JsonObject round = round(run, store, fault, watch, acks).put("store", name);
        rounds.add(round);
        run.journal().round(round);
        run.journal().note(round.encode());
      }
      clients.stop();
    }
    for (String figure : List.of("gapMs", "longestWaitMs")) {
      JsonObject summary = Summary.of(rounds, figure);
      run.journal().figure(name + " " + figure, summary);
      run.journal().note(name + " " + figure + ": " + Summary.text(summary));
    }
    run.journal().figure(name + " all gapMs", sorted(rounds));
    return rounds;
  }

  private static JsonArray sorted(List<JsonObject> rounds) {
    JsonArray all = new JsonArray();
    rounds.stream().map(round -> round.getDouble("gapMs")).sorted().forEach(all::add);
    return all;
  }

  private static JsonObject round(
      DrillRun run, GapStore store, StoreFault fault, Stopwatch watch, Acks acks) {
    if (!Wait.until(RESUMED, () -> store.leader().isPresent())) {
      throw new CliFailure(ExitCode.CHECK_FAILED, "nobody says who leads", "", "");
    }
    int leader = store.leader().orElseThrow();
    Spawned node = store.node(leader);
    Fault what =
        fault == StoreFault.KILL
            ? Kill.of("the leader, " + node.name(), node.identity())
            : new Stall("the leader, " + node.name(), node.identity(), run.ledger(), TIME_TO_LIVE);
    long beforeNs = watch.nowNs();
    JsonObject round = new JsonObject().put("leader", node.name());
    try (Injection injection = Injection.inject(what, TIME_TO_LIVE, run.journal())) {
      // One that was on its way may still be acknowledged: resumed is what goes on later.
      Wait.pass(AFTER);
      long afterNs = watch.nowNs();
      boolean resumed = Wait.until(RESUMED, () -> acks.after(afterNs));
      long endNs = watch.nowNs();
      round
          .put("resumed", resumed)
          .put("gapMs", ms(acks.longestGapNs(beforeNs, endNs)))
          .put("longestWaitMs", ms(acks.longestWaitNs(beforeNs, endNs)));
      injection.heal();
    }
    if (fault == StoreFault.KILL) {
      store.restart(leader);
    }
    return round;
  }

  private static double ms(long ns) {
    return Math.round(ns / 1e4) / 1e2;
  }

  private static void expect(DrillRun run, StoreFault fault, List<JsonObject> rounds) {
    JsonObject gaps = Summary.of(rounds, "gapMs");
    double worstMs = fault == StoreFault.KILL ? KILL_WORST_MS : STOP_WORST_MS;
    run.journal()
        .expect(
            "writes resume within %.0f ms at worst".formatted(worstMs),
            Summary.within(rounds, "gapMs", worstMs),
            Summary.text(gaps));
    if (fault == StoreFault.KILL) {
      run.journal()
          .expect(
              "writes resume within %.0f ms in the median".formatted(MEDIAN_MS),
              gaps.getDouble("median") <= MEDIAN_MS,
              Summary.text(gaps));
    }
  }
}
