package io.hawser.bench.gateway;

import io.hawser.bench.gateway.Field.Proxy;
import io.hawser.bench.gateway.soak.DrainRun;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.ClosedLoad;
import io.hawser.drill.load.PhaseLog;
import io.hawser.drill.load.PhaseLog.Phase;
import io.hawser.drill.load.Stillness;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.process.Spawned;
import io.hawser.drill.report.Journal;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What clients see of each proxy when one of four origins is killed, hangs, or is restarted. */
public final class FaultsRun {
  private static final int ORIGINS = 4;
  private static final int CONNECTIONS = 64;
  private static final Duration BEFORE = Duration.ofMillis(1_200);
  private static final Duration DRAINED = Duration.ofMillis(500);

  private static final int TIMEOUT_MS = 10_000;

  /** What 20 rounds have to send for a failed one in so many to show. */
  private static final long MANY = 100_000;

  private static final int MANY_ROUNDS = 20;

  /** What happens to origins while requests come for some seconds. */
  private enum Fault {
    KILL(5, 1_500),
    /** For longer than a try may take, and than it takes to be called down. */
    STOP(16, 12_000),
    TERM(5, 0),
    /** All of them, one after the other; behind Hawser each is drained first. */
    ROLL(10, 0);

    private final int seconds;
    private final Duration down;

    Fault(int seconds, long downMs) {
      this.seconds = seconds;
      this.down = Duration.ofMillis(downMs);
    }
  }

  private final Cli cli;
  private final int rounds;
  private final int firstPort;
  private final Path dir;
  private final Journal journal;

  public FaultsRun(Cli cli, int rounds, int firstPort, Path dir) {
    this.cli = cli;
    this.rounds = rounds;
    this.firstPort = firstPort;
    this.dir = dir;
    this.journal =
        new Journal(
            "gateway-faults",
            "64 connections of GETs through nginx, HAProxy and Hawser to four origins, of which one"
                + " is killed, stopped or restarted",
            Long.toHexString(ProcessHandle.current().pid()),
            cli.terminal()::note);
  }

  public int run() throws InterruptedException {
    var swept = Leftovers.sweep(Ledger.home());
    swept.forEach(id -> cli.terminal().note("took back what the run " + id + " had left behind"));
    Ledger ledger = Ledger.open(Ledger.home(), "faults-" + ProcessHandle.current().pid());
    Thread undo = new Thread(ledger::close, "undo");
    Runtime.getRuntime().addShutdownHook(undo);
    int few = Math.max(1, rounds / 4);
    try {
      gets(ledger);
      new PostFaults(dir.resolve("posts"), firstPort, ledger, journal).run(few);
      new DrainRun(dir, firstPort, ledger, journal).run(few);
    } finally {
      ledger.close();
      var unused = Runtime.getRuntime().removeShutdownHook(undo);
    }
    journal.write(dir);
    show();
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  private void gets(Ledger ledger) throws InterruptedException {
    try (Field field = new Field(dir, firstPort, ORIGINS, ledger)) {
      field.start();
      for (Fault fault : Fault.values()) {
        for (Proxy proxy : field.proxies()) {
          measure(field, proxy, fault);
        }
      }
    }
  }

  private void measure(Field field, Proxy proxy, Fault fault) throws InterruptedException {
    PhaseLog log = new PhaseLog();
    int times = fault == Fault.KILL ? rounds : Math.max(1, rounds / 4);
    for (int round = 0; round < times; round++) {
      log.nextRound();
      try (Stillness unused = Stillness.watch(log)) {
        ClosedLoad load = ClosedLoad.start(gets(proxy, fault), log::add);
        Wait.pass(BEFORE);
        log.faultBegins();
        inflict(field, round % ORIGINS, fault);
        log.faultEnds();
        load.awaitEnd();
      }
      boolean unused = field.allRouted();
    }
    record(proxy, fault, times, log);
    if (proxy.name().equals("hawser")) {
      expect(fault, times, log.requests(), log.failed());
    }
  }

  private static ClosedLoad.Plan gets(Proxy proxy, Fault fault) {
    byte[] get = HttpRequest.bytes("GET", URI.create(proxy.url()).getPath() + "/small", Map.of());
    return new ClosedLoad.Plan(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()),
        number -> get,
        CONNECTIONS,
        Duration.ofSeconds(fault.seconds),
        TIMEOUT_MS);
  }

  private void record(Proxy proxy, Fault fault, int times, PhaseLog log) {
    String name = fault.name().toLowerCase(Locale.ROOT);
    for (Phase phase : Phase.values()) {
      journal.round(
          new JsonObject()
              .put("proxy", proxy.name())
              .put("fault", name)
              .put("rounds", times)
              .put("phase", phase.name().toLowerCase(Locale.ROOT))
              .mergeIn(log.figures(phase)));
    }
    journal.figure(proxy.name() + " " + name + " slowest", log.slowest());
    journal.note(
        "%s %s: %d of %d failed, the slowest %s"
            .formatted(
                proxy.name(),
                name,
                log.failed(),
                log.requests(),
                log.slowest().isEmpty() ? "none" : log.slowest().getJsonObject(0).encode()));
  }

  private void expect(Fault fault, int times, long requests, long failed) {
    if (fault == Fault.STOP) {
      boolean few = failed <= (long) times * CONNECTIONS;
      journal.expect("at most those GETs fail that were under way at a STOP", few, "" + failed);
      return;
    }
    journal.expect("no GET fails when an origin meets " + fault, failed == 0, "" + failed);
    if (fault == Fault.KILL && times >= MANY_ROUNDS) {
      journal.expect("at least " + MANY + " GETs were sent", requests >= MANY, "" + requests);
    }
  }

  private static void inflict(Field field, int origin, Fault fault) {
    Spawned process = field.originProcess(origin);
    switch (fault) {
      case KILL -> {
        field.killOrigin(origin);
        Wait.pass(fault.down);
        field.restartOrigin(origin);
      }
      case TERM -> {
        int unused = process.terminate(Duration.ofSeconds(2));
        field.restartOrigin(origin);
      }
      case STOP -> {
        signal("STOP", process.pid());
        Wait.pass(fault.down);
        signal("CONT", process.pid());
      }
      case ROLL -> {
        for (int i = 0; i < ORIGINS; i++) {
          field.weight(i, 0);
          Wait.pass(DRAINED);
          int unused = field.originProcess(i).terminate(Duration.ofSeconds(2));
          field.restartOrigin(i);
          field.weight(i, 1);
          boolean unusedRouted = field.allRouted();
        }
      }
    }
  }

  private static void signal(String name, long pid) {
    try {
      int unused = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show() {
    JsonObject json = journal.json();
    if (cli.json()) {
      json.remove("timeline");
      cli.printJson(json);
      return;
    }
    cli.terminal()
        .line(
            "proxy    fault  phase   requests  failed  p50 ms  p99 ms  p99.9 ms  worst ms  machine"
                + " stood still ms");
    json.getJsonArray("rounds")
        .forEach(
            row -> {
              JsonObject r = (JsonObject) row;
              cli.terminal()
                  .line(
                      "%-8s %-5s  %-6s  %8d  %6d  %6.1f  %6.1f  %8.1f  %8.1f  %14.1f"
                          .formatted(
                              r.getString("proxy"),
                              r.getString("fault"),
                              r.getString("phase"),
                              r.getLong("requests"),
                              r.getLong("failed"),
                              r.getDouble("p50Ms"),
                              r.getDouble("p99Ms"),
                              r.getDouble("p999Ms"),
                              r.getDouble("worstMs"),
                              r.getDouble("machineStoodStillMs")));
            });
    cli.terminal().line("report: " + dir.resolve("report.html"));
  }
}
