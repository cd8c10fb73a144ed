package io.hawser.drill.storage;

import io.hawser.drill.cluster.Wait;
import io.hawser.drill.kv.Clients;
import io.hawser.drill.kv.Condition;
import io.hawser.drill.kv.KvClient;
import io.hawser.drill.kv.KvResult;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.kv.Patience;
import io.hawser.drill.kv.Task;
import io.hawser.drill.scenario.DrillRun;
import io.hawser.drill.scenario.Scenario;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A fourth node joins a store of three under load: of each shard at most one replica moves, and
 * only onto the new node, while writes go on without an error that a retry does not mend.
 */
final class StorageGrowth implements Scenario {
  private static final int BEFORE = 3;
  private static final int SHARDS = 4;
  private static final int WRITERS = 8;
  private static final Duration CALM = Duration.ofSeconds(2);
  private static final Duration MOVED = Duration.ofSeconds(60);
  private static final Duration SETTLED = Duration.ofSeconds(8);

  @Override
  public String name() {
    return "placement";
  }

  @Override
  public String summary() {
    return "a fourth node joins the store under load: one replica of a shard moves at most, and no"
        + " write fails";
  }

  @Override
  public int rounds() {
    return 1;
  }

  private static final class Counts {
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong retried = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
  }

  /** Writes keys of its own, each until it is acknowledged. */
  private static final class Writer implements Task {
    private final int number;
    private final KvClient client;
    private final Counts counts;
    private long count;

    Writer(int number, List<InetSocketAddress> nodes, Counts counts) {
      this.number = number;
      this.client = new KvClient(nodes, number, "growth-" + number, Patience.USUAL);
      this.counts = counts;
    }

    @Override
    public void once() {
      String key = "growth/" + number + "/" + ++count % 64;
      KvResult result = client.put(key, "v" + count, Condition.NONE);
      if (result.how() != How.DONE) {
        counts.failed.incrementAndGet();
        return;
      }
      counts.done.incrementAndGet();
      counts.retried.addAndGet(result.attempts() > 1 ? 1 : 0);
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    Map<String, Object> settings = Map.of("storage.shards", SHARDS);
    int port = run.options().firstPort();
    try (StoreNodes nodes = StoreNodes.start(run, BEFORE + 1, BEFORE, port, settings)) {
      Map<String, Set<String>> before = nodes.placement();
      run.journal().figure("before", before.toString());
      Counts counts = new Counts();
      List<Writer> writers =
          IntStream.range(0, WRITERS)
              .mapToObj(i -> new Writer(i, nodes.addresses(), counts))
              .toList();
      try (Clients clients = Clients.start(writers, Duration.ZERO)) {
        Wait.pass(CALM);
        nodes.startNext();
        boolean moved = Wait.until(MOVED, () -> !nodes.placement().equals(before));
        run.journal().note("a replica moves: " + moved);
        Wait.pass(SETTLED);
        clients.stop();
      }
      nodes.requireServing();
      moved(run, before, nodes.placement());
      calm(run, counts);
    }
  }

  private static void moved(
      DrillRun run, Map<String, Set<String>> before, Map<String, Set<String>> after) {
    run.journal().figure("after", after.toString());
    boolean atMostOne = true;
    int moves = 0;
    for (Map.Entry<String, Set<String>> group : before.entrySet()) {
      Set<String> fresh = new HashSet<>(after.getOrDefault(group.getKey(), Set.of()));
      fresh.removeAll(group.getValue());
      moves += fresh.size();
      atMostOne &= fresh.isEmpty() || fresh.equals(Set.of("node-" + BEFORE));
    }
    run.journal()
        .expect(
            "of each group at most one replica moved, onto the new node",
            atMostOne && after.keySet().equals(before.keySet()),
            moves + " of " + before.size() + " groups; " + before + " -> " + after);
    run.journal().expect("some moved", moves > 0, Integer.toString(moves));
  }

  private static void calm(DrillRun run, Counts counts) {
    JsonObject round =
        new JsonObject()
            .put("done", counts.done.get())
            .put("retried", counts.retried.get())
            .put("failed", counts.failed.get());
    run.journal().round(round);
    run.journal().note(round.encode());
    run.journal()
        .expect("no write fails but for a retry", counts.failed.get() == 0, round.encode());
  }
}
