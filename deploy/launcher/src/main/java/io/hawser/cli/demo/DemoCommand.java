package io.hawser.cli.demo;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Terminal;
import io.hawser.cli.cluster.NodePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything at once, to look at and to break. */
@Command(
    name = "demo",
    description = "Run a node, three backends, a backup and some traffic, and say what to try.",
    footer = {
      "",
      "Ctrl-C ends it and leaves nothing behind. With --kill it kills a backend itself, prints how"
          + " long each step took,",
      "and ends: with 0 when all happened and no request failed, else with 7."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final Duration STEADY = Duration.ofSeconds(3);
  private static final Duration LIVE_STATUS = Duration.ofSeconds(1);
  private static final Duration LOGGED_STATUS = Duration.ofSeconds(10);
  private static final long LOOK_MS = 200;
  private static final int MAX_RATE = 1000;

  private final Cli cli;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the node keeps its data; kept at the end. Default: a temporary directory.")
  private @Nullable Path dir;

  @Option(names = "--keep", description = "Keep the temporary directory.")
  private boolean keep;

  @Option(names = "--kill", description = "Kill a backend, measure what follows, and end.")
  private boolean kill;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "End after this many seconds; default: at Ctrl-C.")
  private long seconds = Long.MAX_VALUE;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "50",
      description = "Requests per second of the load, 0 to 1000 (default ${DEFAULT-VALUE}).")
  private int rate = 50;

  @Option(
      names = "--port-offset",
      paramLabel = "K",
      defaultValue = "0",
      description = "Added to every port: traffic 8080, API 8500, backends 9001, and so on.")
  private int portOffset;

  public DemoCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rate < 0 || rate > MAX_RATE) {
      throw new CliFailure(ExitCode.USAGE, "--rate is 0 to " + MAX_RATE + ", got " + rate, "", "");
    }
    NodePorts ports = new NodePorts(portOffset);
    NodePorts.requireFree(List.of(ports));
    Path jar = EchoJar.find();
    Path home =
        dir == null ? Files.createTempDirectory("hawser-demo-") : Files.createDirectories(dir);
    home = home.toAbsolutePath().normalize();
    // A copy: a build that replaces the jar must not pull it from under the backends.
    Path ownJar = home.resolve("echo-service.jar");
    Files.write(ownJar, Files.readAllBytes(jar));
    DemoPlan plan = DemoPlan.of(home, ports, ownJar, NodePorts::taken);
    DemoRun run = new DemoRun(cli, plan);
    Thread ctrlC = new Thread(() -> end(run, plan), "end");
    Runtime.getRuntime().addShutdownHook(ctrlC);
    try {
      run.start();
      run.startLoad(rate);
      return kill ? kill(run) : play(run, plan);
    } catch (CliFailure e) {
      // What fails because it was ended is no failure of its own.
      throw run.stopped() ? new CliFailure(ExitCode.INTERRUPTED, "ended", "", "") : e;
    } finally {
      end(run, plan);
    }
  }

  private int play(DemoRun run, DemoPlan plan) {
    if (!cli.json()) {
      DemoText.print(plan, run, cli.terminal());
    }
    Terminal terminal = cli.terminal();
    Duration every = terminal.live() ? LIVE_STATUS : LOGGED_STATUS;
    long startNs = System.nanoTime();
    long lastNs = startNs;
    while (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs) < seconds) {
      run.requireAlive();
      if (!cli.json() && System.nanoTime() - lastNs >= every.toNanos()) {
        lastNs = System.nanoTime();
        String line = run.totals().line();
        if (terminal.live()) {
          terminal.status(line);
        } else {
          terminal.line(line);
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
    return 0;
  }

  private int kill(DemoRun run) throws InterruptedException {
    Terminal terminal = cli.terminal();
    terminal.note(DemoPlan.BACKENDS + " backends are up; a steady load first ...");
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < STEADY.toNanos()) {
      run.requireAlive();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
    String victim =
        run.instances("passing").stream()
            .map(i -> Fields.text(i, "id", "instance"))
            .filter(id -> !id.equals(DemoPlan.BACKUP))
            .sorted()
            .skip(1)
            .findFirst()
            .orElse(DemoPlan.backend(1));
    KillTimeline timeline = new KillRun(run.api(), run.watch(), victim).run(terminal);
    var unused = run.stop();
    boolean ok = timeline.complete() && run.totals().failed() == 0;
    if (cli.json()) {
      cli.printJson(KillRun.json(timeline, run.totals(), ok));
    } else {
      KillRun.print(timeline, run.totals(), terminal);
    }
    return (ok ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  /** Ends everything once; what comes second finds nothing to do. */
  private void end(DemoRun run, DemoPlan plan) {
    boolean first = run.stop();
    if (first && run.totals().requests() > 0) {
      if (cli.json()) {
        cli.printJson(run.totals().json());
      } else {
        cli.terminal().line(run.totals().line());
      }
    }
    if (dir == null && !keep) {
      remove(plan.dir());
    } else if (first) {
      cli.terminal().note("kept: " + plan.dir());
    }
  }

  private void remove(Path home) {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      if (Files.exists(home)) {
        cli.terminal().note("could not remove " + home + ": " + e);
      }
    }
  }
}
