package io.hawser.bench.storage;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.kv.Dialect;
import io.hawser.drill.kv.KvClient;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.kv.Patience;
import io.hawser.drill.process.AtExit;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * How long a node with many keys takes until it answers again after kill -9, and what it takes when
 * nobody asks it anything.
 */
public final class RestartRun {
  private static final int BATCH = 128;
  private static final int CONNECTIONS = 8;
  private static final String VALUE = "v".repeat(256);
  private static final Patience PATIENCE = new Patience(5_000, 30_000, 50);
  private static final Duration ANSWERS = Duration.ofSeconds(120);
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final double MAX_MS = 10_000;

  private final Cli cli;
  private final int keys;
  private final int firstPort;
  private final Path dir;
  private final Journal journal;

  /**
   * @param dir for the report, and for what the node writes
   */
  public RestartRun(Cli cli, int keys, int firstPort, Path dir) {
    this.cli = cli;
    this.keys = keys;
    this.firstPort = firstPort;
    this.dir = dir;
    this.journal =
        new Journal(
            "storage-restart",
            "one node, killed with " + keys + " keys of 256 bytes in it, and started again",
            Long.toHexString(ProcessHandle.current().pid()),
            cli.terminal()::note);
  }

  /** Returns the exit code. */
  public int run() throws InterruptedException {
    var unused = Leftovers.sweep(Ledger.home());
    Ledger ledger = Ledger.open(Ledger.home(), "restart-" + ProcessHandle.current().pid());
    AtExit exit = new AtExit(ledger);
    ClusterPlan plan = ClusterPlan.local(dir, 1, firstPort, Map.of()).withJvm(Target.HEAP);
    try (DrillCluster cluster = new DrillCluster(plan, ledger)) {
      cluster.startAll();
      fill(cluster);
      cluster.node(0).kill();
      restart(cluster);
      Wait.pass(SETTLE);
      idle(cluster.node(0).pid());
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILURE, "the run broke off", String.valueOf(e.getMessage()), "see " + dir);
    } finally {
      exit.close();
    }
    journal.write(dir);
    cli.terminal().line("report: " + dir.resolve("report.html"));
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  private static String key(long number) {
    return "bench/many/" + number;
  }

  private void fill(DrillCluster cluster) throws InterruptedException, IOException {
    long batches = (keys + BATCH - 1) / BATCH;
    AtomicLong next = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    long startNs = System.nanoTime();
    List<Thread> writers =
        IntStream.range(0, CONNECTIONS)
            .mapToObj(i -> Thread.ofVirtual().start(() -> write(cluster, i, next, batches, failed)))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }
    if (failed.get() > 0) {
      throw new IOException(failed + " of " + batches + " writes failed");
    }
    journal.figure("filledMs", journal.ms(System.nanoTime() - startNs));
    journal.note(batches * BATCH + " keys are written");
  }

  private static void write(
      DrillCluster cluster, int number, AtomicLong next, long batches, AtomicLong failed) {
    try (KvClient client =
        new KvClient(List.of(cluster.apiAddress(0)), 0, "restart-" + number, PATIENCE)) {
      for (long at = next.getAndIncrement(); at < batches; at = next.getAndIncrement()) {
        if (client.send("POST", "/api/v1/kv/txn", batch(at)).how() != How.DONE) {
          failed.incrementAndGet();
          return;
        }
      }
    }
  }

  private static String batch(long number) {
    JsonArray writes = new JsonArray();
    for (int i = 0; i < BATCH; i++) {
      JsonArray unused =
          writes.add(
              new JsonObject()
                  .put("key", key(number * BATCH + i))
                  .put("op", "put")
                  .put("text", VALUE));
    }
    return new JsonObject().put("then", writes).encode();
  }

  private void restart(DrillCluster cluster) throws IOException {
    long startNs = System.nanoTime();
    long readyMs = cluster.start(0);
    LongFunction<byte[]> last = number -> Dialect.HAWSER.get(key(keys - 1L));
    boolean answers =
        Wait.until(
            ANSWERS,
            () -> {
              try (StoreLoad load = new StoreLoad(List.of(cluster.apiAddress(0)), 1, last)) {
                return load.closed(Duration.ofMillis(1)).failed() == 0;
              } catch (IOException e) {
                return false;
              }
            });
    double answersMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    journal.figure("readyMs", readyMs);
    journal.figure("answersMs", answersMs);
    journal.expect(
        "it answers a linearizable read within 10 s of its start",
        answers && answersMs <= MAX_MS,
        "ready after %d ms, answers after %.0f ms".formatted(readyMs, answersMs));
    journal.note("answers after " + answersMs + " ms");
  }

  private void idle(long pid) throws IOException {
    long beforeNs = Processors.usedNs(List.of(pid));
    long startNs = System.nanoTime();
    Wait.pass(IDLE);
    double share =
        100.0 * (Processors.usedNs(List.of(pid)) - beforeNs) / (System.nanoTime() - startNs);
    long rssMib = rssKib(pid) / 1024;
    journal.figure("idleCpuPercent", Math.round(share * 10) / 10.0);
    journal.figure("rssMib", rssMib);
    journal.note("idle: %.1f %% of a core, %d MiB".formatted(share, rssMib));
    journal.expect("idle, it takes less than 10 % of a core", share < 10, share + " %");
    journal.expect("it has at most 512 MiB", rssMib <= 512, rssMib + " MiB");
  }

  private static long rssKib(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D+", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
