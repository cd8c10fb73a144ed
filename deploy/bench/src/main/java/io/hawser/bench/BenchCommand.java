package io.hawser.bench;

import io.hawser.bench.gateway.DifferentialRun;
import io.hawser.bench.gateway.FaultsRun;
import io.hawser.bench.gateway.GatewayRun;
import io.hawser.bench.gateway.soak.SoakRun;
import io.hawser.bench.storage.RestartRun;
import io.hawser.bench.storage.StorageRun;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.model.Facet.Strategy;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hawser bench}: figures of this machine, to be compared with others of the same hour. Long
 * because each option has its line; what runs is elsewhere.
 */
@Command(name = "bench", description = "Measure the cores alone, or a node of its own under load.")
final class BenchCommand {
  private final Cli cli;

  BenchCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(
      name = "cores",
      description = "The cores by themselves, with JMH: nanoseconds for each operation.")
  int cores(
      @Option(
              names = "--only",
              paramLabel = "REGEX",
              defaultValue = ".*",
              description = "Which of them (default: all).")
          String only,
      @Option(
              names = "--iterations",
              paramLabel = "N",
              defaultValue = "3",
              description =
                  "Measured seconds of each, after two of warm-up (default ${DEFAULT-VALUE}).")
          int iterations) {
    return new CoresRun(cli).run(only, Math.clamp(iterations, 1, 60));
  }

  @Command(
      name = "beats",
      description = {
        "Heartbeats through POST /heartbeats to one node that it starts: CPU of the node,"
            + " latencies.",
        "Open loop: a batch has its time, and its latency counts from there."
      })
  int beats(
      @Option(
              names = "--rate",
              paramLabel = "N",
              defaultValue = "20000",
              description = "Beats per second (default ${DEFAULT-VALUE}).")
          int rate,
      @Option(
              names = "--batch",
              paramLabel = "N",
              defaultValue = "200",
              description = "Beats in a request (default ${DEFAULT-VALUE}).")
          int batch,
      @Option(
              names = "--instances",
              paramLabel = "N",
              defaultValue = "2000",
              description = "Instances that beat in turn (default ${DEFAULT-VALUE}).")
          int instances,
      @Option(
              names = "--of-service",
              paramLabel = "N",
              defaultValue = "100",
              description = "Instances of each service (default ${DEFAULT-VALUE}).")
          int ofService,
      @Option(
              names = "--seconds",
              paramLabel = "N",
              defaultValue = "20",
              description = "Measured, after half as many of warm-up (default ${DEFAULT-VALUE}).")
          int seconds,
      @Mixin Where where)
      throws InterruptedException {
    if (rate < batch || batch < 1 || instances < batch || instances > 100_000) {
      throw new CliFailure(
          ExitCode.USAGE,
          "--rate and --instances must be at least --batch, and that at least 1",
          "",
          "");
    }
    if (ofService < 1 || seconds < 1) {
      throw new CliFailure(ExitCode.USAGE, "--of-service and --seconds must be at least 1", "", "");
    }
    BeatsRun.Plan plan =
        new BeatsRun.Plan(rate, batch, instances, ofService, seconds, where.firstPort());
    return new BeatsRun(cli, plan, where.dir("beats")).run();
  }

  @Command(
      name = "storage",
      description = {
        "Puts and linearizable gets of 256 bytes, three nodes of Hawser and three of etcd in turn,"
            + " with one client for both.",
        "It starts them on loopback, in directories beside one another; fsync is on in both."
      })
  int storage(
      @Option(
              names = "--runs",
              paramLabel = "N",
              defaultValue = "3",
              description = "Of which the medians are shown (default ${DEFAULT-VALUE}).")
          int runs,
      @Option(
              names = "--seconds",
              paramLabel = "N",
              defaultValue = "10",
              description = "Of each measurement (default ${DEFAULT-VALUE}).")
          int seconds,
      @Option(
              names = "--warm-up",
              paramLabel = "N",
              defaultValue = "10",
              description =
                  "Seconds of the same load before each measurement (default ${DEFAULT-VALUE}):"
                      + " three JVMs on a small machine are slow for a minute.")
          int warmUp,
      @Option(
              names = "--connections",
              paramLabel = "N",
              split = ",",
              defaultValue = "1,128",
              description = "Spread over the nodes (default ${DEFAULT-VALUE}).")
          List<Integer> connections,
      @Option(
              names = "--rate",
              paramLabel = "N",
              defaultValue = "0",
              description =
                  "Requests per second of an open loop; 0, the default, for a closed one:"
                      + " as fast as they are answered.")
          int rate,
      @Mixin StorageOptions which,
      @Mixin Where where) {
    if (runs < 1
        || runs > 100
        || seconds < 1
        || warmUp < 0
        || rate < 0
        || !StorageOptions.fit(connections)) {
      throw new CliFailure(
          ExitCode.USAGE, "--runs, --seconds and --connections have to be 1 or more", "", "");
    }
    StorageRun.Plan plan =
        new StorageRun.Plan(
            which.stores(), connections, runs, seconds, warmUp, rate, where.firstPort());
    return new StorageRun(cli, plan, where.dir("storage")).run();
  }

  @Command(
      name = "storage-restart",
      description = {
        "One node with many keys: how long until it answers again after kill -9, and what it takes"
            + " when it is idle."
      })
  int storageRestart(
      @Option(
              names = "--keys",
              paramLabel = "N",
              defaultValue = "1000000",
              description = "Of 256 bytes (default ${DEFAULT-VALUE}).")
          int keys,
      @Mixin Where where)
      throws InterruptedException {
    if (keys < 1) {
      throw new CliFailure(ExitCode.USAGE, "--keys has to be 1 or more", "", "");
    }
    return new RestartRun(cli, keys, where.firstPort(), where.dir("storage-restart")).run();
  }

  @Command(
      name = "gateway",
      description = {
        "What a request costs through nginx, HAProxy and Hawser, in turn, in one run.",
        "Needs nginx, haproxy and wrk: apt-get install nginx-light haproxy wrk",
        "Ends with 7 when a request through Hawser fails, or takes more processor time than"
            + " --at-most says."
      })
  int gateway(
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "5",
              description = "Measurements of each, of which the median counts (${DEFAULT-VALUE}).")
          int rounds,
      @Option(
              names = "--seconds",
              paramLabel = "N",
              defaultValue = "5",
              description = "Of each measurement (default ${DEFAULT-VALUE}).")
          int seconds,
      @Option(
              names = "--warm-up",
              paramLabel = "N",
              defaultValue = "20",
              description = "Seconds of load before the first (default ${DEFAULT-VALUE}).")
          int warmUp,
      @Option(
              names = "--connections",
              paramLabel = "N",
              defaultValue = "64",
              description = "Of the client (default ${DEFAULT-VALUE}).")
          int connections,
      @Option(
              names = "--at-most",
              paramLabel = "TIMES",
              defaultValue = "1.25",
              description =
                  "How many times the processor time of the better of the others a request may"
                      + " take (default ${DEFAULT-VALUE}).")
          double atMost,
      @Mixin Where where) {
    GatewayRun.Plan plan =
        new GatewayRun.Plan(
            Math.clamp(rounds, 1, 100),
            Math.clamp(seconds, 1, 600),
            Math.clamp(warmUp, 1, 600),
            Math.clamp(connections, 1, 4_000),
            Math.clamp(atMost, 0.1, 1_000),
            where.firstPort());
    return new GatewayRun(cli, plan, where.dir("gateway")).run();
  }

  @Command(
      name = "gateway-faults",
      description = {
        "What clients see of nginx, HAProxy and Hawser when one of four origins is killed, stopped"
            + " or restarted under load: before, during and after.",
        "Needs nginx, haproxy and wrk. Ends with 7 when a request through Hawser failed."
      })
  int gatewayFaults(
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "20",
              description = "Kills under each; a quarter of the others (default ${DEFAULT-VALUE}).")
          int rounds,
      @Mixin Where where)
      throws InterruptedException {
    return new FaultsRun(cli, Math.clamp(rounds, 1, 1_000), where.firstPort(), where.dir("faults"))
        .run();
  }

  @Command(
      name = "gateway-uneven",
      description = {
        "What clients see, and what instances are asked, under each strategy when one of four"
            + " instances fails fast, is ten times slower, or all answer 503.",
        "Ends with 7 when one that fails fast gets more than 1 % after its ejection, a slow one"
            + " drags p99 under a strategy that looks at latencies, or 503s are asked for again"
            + " more than a fifth of the time."
      })
  int gatewayUneven(
      @Option(
              names = "--rate",
              paramLabel = "N",
              defaultValue = "400",
              description = "Requests per second (default ${DEFAULT-VALUE}).")
          int rate,
      @Option(
              names = "--seconds",
              paramLabel = "N",
              defaultValue = "10",
              description =
                  "Of each measurement, of which the second half is shown (default"
                      + " ${DEFAULT-VALUE}).")
          int seconds,
      @Option(
              names = "--only",
              paramLabel = "STRATEGY",
              split = ",",
              description = "These strategies, as TWO_CHOICES (default all).")
          List<Strategy> only,
      @Mixin Where where)
      throws InterruptedException {
    UnevenRun.Plan plan =
        new UnevenRun.Plan(
            only == null ? EnumSet.allOf(Strategy.class) : EnumSet.copyOf(only),
            Math.clamp(rate, 50, 5_000),
            Math.clamp(seconds, 2, 600),
            where.firstPort());
    return new UnevenRun(cli, plan, where.dir("uneven")).run();
  }

  @Command(
      name = "gateway-differential",
      description = {
        "The same few hundred requests, good, odd and ambiguous, byte by byte through nginx,"
            + " HAProxy and Hawser to an origin that records: a table of the differences.",
        "Needs nginx and haproxy. Ends with 7 when Hawser forwarded what is ambiguous."
      })
  int gatewayDifferential(
      @Option(
              names = "--every",
              paramLabel = "N",
              defaultValue = "1",
              description = "Only each so many-th request, for a short run (default all).")
          int every,
      @Option(
              names = "--if-present",
              description = "Ends well at once, with a word, where nginx or haproxy is missing.")
          boolean ifPresent,
      @Mixin Where where) {
    return new DifferentialRun(
            cli, Math.clamp(every, 1, 100), where.firstPort(), where.dir("differential"))
        .run(ifPresent);
  }

  @Command(
      name = "gateway-soak",
      description = {
        "Idle, streaming, slow and restless clients at one node with a small heap, also over TLS"
            + " while its certificate is changed: whether anything leaks, and whether anybody"
            + " stalls.",
        "Needs an open file for each idle connection, here and at the node (ulimit -n)."
      })
  int gatewaySoak(
      @Option(
              names = "--idle",
              paramLabel = "N",
              defaultValue = "10000",
              description = "Connections that stay and say nothing (default ${DEFAULT-VALUE}).")
          int idle,
      @Option(
              names = "--megabytes",
              paramLabel = "N",
              defaultValue = "1000",
              description = "Streamed down, and as many up (default ${DEFAULT-VALUE}).")
          int megabytes,
      @Option(
              names = "--slow",
              paramLabel = "N",
              defaultValue = "400",
              description = "Clients that dribble heads and bodies (default ${DEFAULT-VALUE}).")
          int slow,
      @Option(
              names = "--churn",
              paramLabel = "N",
              defaultValue = "172800",
              description =
                  "Connections that come and go: two a second for a day (default"
                      + " ${DEFAULT-VALUE}).")
          int churn,
      @Option(
              names = "--handshakes",
              paramLabel = "N",
              defaultValue = "20000",
              description =
                  "Connections over TLS that come and go; the certificate is changed halfway"
                      + " (default ${DEFAULT-VALUE}).")
          int handshakes,
      @Option(
              names = "--heap-mb",
              paramLabel = "N",
              defaultValue = "64",
              description = "Of the node (default ${DEFAULT-VALUE}).")
          int heapMb,
      @Option(
              names = "--stall-ms",
              paramLabel = "N",
              defaultValue = "1000",
              description =
                  "The longest that a small answer may take meanwhile (default ${DEFAULT-VALUE}).")
          int stallMs,
      @Mixin Where where) {
    if (idle < 1 || megabytes < 8 || slow < 1 || churn < 1 || heapMb < 48 || stallMs < 1) {
      throw new CliFailure(
          ExitCode.USAGE, "at least 8 --megabytes, 48 --heap-mb and 1 of the others", "", "");
    }
    if (handshakes < 16) {
      throw new CliFailure(ExitCode.USAGE, "at least 16 --handshakes", "", "");
    }
    SoakRun.Plan plan =
        new SoakRun.Plan(
            idle, megabytes, slow, churn, handshakes, heapMb, stallMs, where.firstPort());
    return new SoakRun(cli, plan, where.dir("soak")).run();
  }

  @Command(
      name = "checks",
      description = {
        "Active checks (HTTP, kept-alive, each instance at an address of its own) by one node that"
            + " it starts: what they cost, and how many of those that were due were run.",
        "Needs an open file for each instance, here and at the node (ulimit -n)."
      })
  int checks(
      @Option(
              names = "--instances",
              paramLabel = "N",
              defaultValue = "5000",
              description = "Instances that are checked (default ${DEFAULT-VALUE}).")
          int instances,
      @Option(
              names = "--interval",
              paramLabel = "MS",
              defaultValue = "1000",
              description = "How often each is checked (default ${DEFAULT-VALUE}).")
          int intervalMs,
      @Option(
              names = "--seconds",
              paramLabel = "S",
              defaultValue = "20",
              description = "How long it is measured (default ${DEFAULT-VALUE}).")
          int seconds,
      @Mixin Where where)
      throws InterruptedException {
    if (instances < 1 || instances > ChecksRun.MOST || intervalMs < 100 || seconds < 1) {
      throw new CliFailure(
          ExitCode.USAGE,
          "1 to " + ChecksRun.MOST + " --instances, an --interval of 100 ms or more, --seconds",
          "",
          "");
    }
    ChecksRun.Plan plan = new ChecksRun.Plan(instances, intervalMs, seconds, where.firstPort());
    return new ChecksRun(cli, plan, where.dir("checks")).run();
  }

  @Command(
      name = "watches",
      description = {
        "Requests that wait for one of many services to change, at one node that it starts: what"
            + " they cost, and when each learns of a change.",
        "Needs an open file for each watcher, here and at the node (ulimit -n)."
      })
  int watches(
      @Option(
              names = "--watchers",
              paramLabel = "N",
              defaultValue = "10000",
              description = "How many wait (default ${DEFAULT-VALUE}).")
          int watchers,
      @Option(
              names = "--services",
              paramLabel = "N",
              defaultValue = "10000",
              description = "Services of one instance each (default ${DEFAULT-VALUE}).")
          int services,
      @Option(
              names = "--changes",
              paramLabel = "N",
              defaultValue = "10",
              description = "Changes of the watched service (default ${DEFAULT-VALUE}).")
          int changes,
      @Mixin Where where)
      throws InterruptedException {
    if (watchers < 1 || watchers > 20_000 || services < 101 || changes < 1) {
      throw new CliFailure(
          ExitCode.USAGE,
          "at most 20000 --watchers, at least 101 --services and 1 --changes",
          "",
          "");
    }
    WatchesRun.Plan plan = new WatchesRun.Plan(watchers, services, changes, where.firstPort());
    return new WatchesRun(cli, plan, where.dir("watches")).run();
  }
}
