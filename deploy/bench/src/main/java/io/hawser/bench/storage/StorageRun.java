package io.hawser.bench.storage;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Table;
import io.hawser.drill.etcd.EtcdCluster;
import io.hawser.drill.kv.Dialect;
import io.hawser.drill.process.AtExit;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures the stores in turn, each alone on the machine, several times over, and shows medians.
 * The order changes from run to run.
 */
public final class StorageRun {
  /**
   * What to measure.
   *
   * @param runs how often
   * @param seconds of each measurement
   * @param warmUpSeconds before each measurement, of the same load
   * @param rate requests per second of an open loop; 0: a closed loop
   */
  public record Plan(
      List<Dialect> stores,
      List<Integer> connections,
      int runs,
      int seconds,
      int warmUpSeconds,
      int rate,
      int firstPort) {
    public Plan {
      stores = List.copyOf(stores);
      connections = List.copyOf(connections);
    }
  }

  private static final long FILL_NS = TimeUnit.SECONDS.toNanos(60);

  private final Cli cli;
  private final Plan plan;
  private final Path dir;
  private final Journal journal;
  private final List<JsonObject> rows = new ArrayList<>();

  /**
   * @param dir for the report, and for what the stores write
   */
  public StorageRun(Cli cli, Plan plan, Path dir) {
    this.cli = cli;
    this.plan = plan;
    this.dir = dir;
    this.journal =
        new Journal(
            "storage",
            "puts and linearizable gets of 256 bytes over HTTP/1.1, three nodes, fsync on",
            Long.toHexString(ProcessHandle.current().pid()),
            cli.terminal()::note);
  }

  /** Returns the exit code. */
  public int run() {
    if (plan.stores().contains(Dialect.ETCD)) {
      EtcdCluster.missing()
          .ifPresent(
              why -> {
                throw new CliFailure(
                    ExitCode.REFUSED, "cannot compare with etcd", why, "or give --only hawser");
              });
      journal.figure("etcd", EtcdCluster.version());
    }
    Collection<String> swept = Leftovers.sweep(Ledger.home());
    swept.forEach(id -> cli.terminal().note("took back what the run " + id + " had left behind"));
    Ledger ledger = Ledger.open(Ledger.home(), "storage-" + ProcessHandle.current().pid());
    AtExit exit = new AtExit(ledger);
    try {
      for (int run = 0; run < plan.runs(); run++) {
        List<Dialect> order = run % 2 == 0 ? plan.stores() : plan.stores().reversed();
        for (Dialect store : order) {
          measure(ledger, store, run);
        }
      }
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILURE, "a load broke off", String.valueOf(e.getMessage()), "see " + dir);
    } finally {
      exit.close();
    }
    return report();
  }

  private void measure(Ledger ledger, Dialect store, int run) throws IOException {
    Path own = dir.resolve(name(store) + "-" + run);
    try (Target target = Target.start(store, own, plan.firstPort(), ledger)) {
      journal.note("run " + (run + 1) + ": " + name(store) + " is up");
      fill(target);
      for (int connections : plan.connections()) {
        for (Requests requests : Requests.values()) {
          row(target, requests, connections, run);
        }
      }
    }
  }

  /**
   * Every key has a value before anything is measured. The first requests of a store that has just
   * begun may fail: it goes on until none does.
   */
  private static void fill(Target target) throws IOException {
    try (StoreLoad load =
        new StoreLoad(target.addresses(), 64, Requests.PUT.of(target.dialect()))) {
      long answered = 0;
      long startNs = System.nanoTime();
      while (answered < Requests.KEYS) {
        StoreLoad.Measured part = load.closed(Duration.ofMillis(500));
        answered = part.failed() > 0 ? 0 : answered + part.answered();
        if (System.nanoTime() - startNs > FILL_NS) {
          throw new IOException(part.failed() + " of the last " + part.answered() + " puts failed");
        }
      }
    }
  }

  private void row(Target target, Requests requests, int connections, int run) throws IOException {
    try (StoreLoad load =
        new StoreLoad(target.addresses(), connections, requests.of(target.dialect()))) {
      var warm = once(load, plan.warmUpSeconds());
      long serverNs = Processors.usedNs(target.pids());
      long clientNs = Processors.ownNs();
      StoreLoad.Measured seen = once(load, plan.seconds());
      long answered = Math.max(1, seen.answered());
      JsonObject row =
          new JsonObject()
              .put("store", name(target.dialect()))
              .put("op", requests.name().toLowerCase(Locale.ROOT))
              .put("connections", connections)
              .put("run", run + 1)
              .put("perSecond", Math.round(seen.perSecond()))
              .put("p50Ms", ms(seen.latenciesNs().getValueAtPercentile(50)))
              .put("p99Ms", ms(seen.latenciesNs().getValueAtPercentile(99)))
              .put(
                  "serverCpuMicrosPerOp",
                  micros(Processors.usedNs(target.pids()) - serverNs, answered))
              .put("clientCpuMicrosPerOp", micros(Processors.ownNs() - clientNs, answered))
              .put("failed", seen.failed())
              .put("warmUpFailed", warm.failed());
      rows.add(row);
      journal.round(row);
      journal.note(row.encode());
    }
  }

  private StoreLoad.Measured once(StoreLoad load, int seconds) throws IOException {
    Duration time = Duration.ofSeconds(seconds);
    return plan.rate() == 0 ? load.closed(time) : load.open(time, plan.rate());
  }

  static String name(Dialect store) {
    return store.name().toLowerCase(Locale.ROOT);
  }

  private static double ms(long ns) {
    return Math.round(ns / 1e3) / 1e3;
  }

  private static double micros(long ns, long operations) {
    return Math.round(ns / 1e2 / operations) / 10.0;
  }

  private int report() {
    List<JsonObject> medians = Medians.of(rows);
    journal.figure("medians", new JsonArray(medians));
    long failed = rows.stream().mapToLong(row -> row.getLong("failed")).sum();
    journal.expect("no request fails", failed == 0, failed + " failed");
    journal.write(dir);
    if (cli.json()) {
      cli.printJson(journal.json());
    } else {
      new Table()
          .column("OP", "op")
          .column("CONNECTIONS", "connections")
          .column("STORE", "store")
          .column("PER SECOND", "perSecond")
          .column("P50 MS", "p50Ms")
          .column("P99 MS", "p99Ms")
          .column("SERVER CPU US/OP", "serverCpuMicrosPerOp")
          .column("OF ETCD'S RATE", "ratio")
          .rows(medians)
          .print(cli.terminal(), "");
      cli.terminal().line("report: " + dir.resolve("report.html"));
    }
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }
}
