package io.hawser.bench.gateway.soak;

import io.hawser.bench.process.ProcessFigures;
import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** One node with a small heap under a crowd of idle, slow, streaming and restless clients. */
public final class SoakRun {
  private static final Duration UP = Duration.ofSeconds(30);
  private static final int TIMEOUT_MS = 3_000;

  /** For what a JVM keeps at its own discretion. */
  private static final long SLACK_BYTES = 6L << 20;

  private static final int SLACK_FILES = 100;
  private static final int KEPT = 8;

  /** Above those of the node. */
  private static final int TLS_PORT = 100;

  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final String CONNECTIONS = "hawser_proxy_client_connections";

  /**
   * How much of each.
   *
   * @param idle connections that stay and say nothing
   * @param megabytes that are streamed down, and as many up
   * @param slow clients that dribble
   * @param churn connections that come and go
   * @param handshakes connections over TLS that come and go
   * @param heapMb of the node
   * @param stallMs how long an answer may take at worst while all that goes on
   */
  public record Plan(
      int idle,
      int megabytes,
      int slow,
      int churn,
      int handshakes,
      int heapMb,
      int stallMs,
      int firstPort) {}

  private final Cli cli;
  private final Plan plan;
  private final Path dir;
  private final Path certificates;
  private final int tlsPort;
  private final Journal journal;

  public SoakRun(Cli cli, Plan plan, Path dir) {
    this.cli = cli;
    this.plan = plan;
    this.dir = dir;
    this.certificates = dir.resolve("tls");
    this.tlsPort = Ports.block(plan.firstPort() + TLS_PORT, 1);
    this.journal =
        new Journal(
            "gateway-soak",
            ("%d idle connections, %d MB each way through %d MB of heap, %d slow clients, churn of"
                    + " %d and of %d over TLS")
                .formatted(
                    plan.idle(),
                    plan.megabytes(),
                    plan.heapMb(),
                    plan.slow(),
                    plan.churn(),
                    plan.handshakes()),
            Long.toHexString(ProcessHandle.current().pid()),
            cli.terminal()::note);
  }

  public int run() {
    var swept = Leftovers.sweep(Ledger.home());
    swept.forEach(id -> cli.terminal().note("took back what the run " + id + " had left behind"));
    Ledger ledger = Ledger.open(Ledger.home(), "soak-" + ProcessHandle.current().pid());
    Thread undo = new Thread(ledger::close, "undo");
    Runtime.getRuntime().addShutdownHook(undo);
    SoakCertificate.put(certificates, FIRST);
    Map<String, Object> settings =
        Map.of(
            "balancer.tls-port",
            tlsPort,
            "balancer.tls-directory",
            certificates.toAbsolutePath().toString(),
            "balancer.loops",
            1,
            "node.roles",
            "registry,balancer,gateway",
            "cluster.stores",
            false,
            "balancer.client-connections-per-loop",
            plan.idle() + plan.slow() + 2_000,
            "balancer.idle-timeout-ms",
            3_600_000,
            "balancer.head-timeout-ms",
            TIMEOUT_MS,
            "balancer.body-timeout-ms",
            TIMEOUT_MS);
    ClusterPlan nodes =
        ClusterPlan.local(dir, 1, plan.firstPort(), settings).withJvm("-Xmx" + plan.heapMb() + "m");
    try (StreamOrigin origin = new StreamOrigin();
        DrillCluster cluster = new DrillCluster(nodes, ledger)) {
      cluster.startAll();
      register(cluster, origin.port());
      soak(cluster);
    } finally {
      ledger.close();
      var unused = Runtime.getRuntime().removeShutdownHook(undo);
    }
    journal.write(dir);
    journal
        .expectations()
        .forEach(
            e ->
                cli.terminal()
                    .line(
                        "%-7s %s: %s"
                            .formatted(
                                Boolean.TRUE.equals(e.getBoolean("met")) ? "held" : "NOT MET",
                                e.getString("what"),
                                e.getString("seen"))));
    cli.terminal().line("report: " + dir.resolve("report.html"));
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  private static void register(DrillCluster cluster, int port) {
    JsonObject body = new JsonObject().put("host", "127.0.0.1").put("port", port);
    var reply = cluster.api(0).put(Api.path("services", "soak", "instances", "o"), body);
    boolean routed =
        reply.ok() && Wait.until(UP, () -> !cluster.api(0).instances("soak", "passing").isEmpty());
    if (!routed) {
      throw new CliFailure(ExitCode.FAILURE, "the origin is not routed", reply.body(), "");
    }
  }

  private void soak(DrillCluster cluster) {
    long pid = cluster.node(0).pid();
    Crowd crowd = new Crowd(cluster.traffic(0).getPort());
    TlsCrowd tls = new TlsCrowd(crowd, tlsPort);
    // What a first run of each kind loads and compiles is no leak.
    crowd.churn(2_000);
    crowd.stream(8L << 20);
    tls.churn(500);
    long bare = ProcessFigures.liveBytes(pid, "");
    crowd.idle(plan.idle());
    settled(cluster);
    long live = ProcessFigures.liveBytes(pid, "");
    int files = ProcessFigures.openFiles(pid);
    journal.figure("heapPerIdleConnectionBytes", (live - bare) / Math.max(1, plan.idle()));
    part("every idle client got its answer", crowd.failures());
    try (Crowd.Probe probe = crowd.probe()) {
      crowd.stream((long) plan.megabytes() << 20);
      part("every byte was streamed, both ways", crowd.failures());
      stall("streams", probe);
      crowd.slow(plan.slow(), Duration.ofMillis(4L * TIMEOUT_MS));
      part("every slow client was told 408", crowd.failures());
      stall("slow clients", probe);
      crowd.churn(plan.churn());
      part("every client of the churn got what it waited for", crowd.failures());
      stall("churn", probe);
      overTls(crowd, tls);
      stall("churn over TLS", probe);
      crowd.wake();
      part("every idle client was served again", crowd.failures());
      journal.expect("no request of the probe failed", probe.failed() == 0, "" + probe.asked());
    }
    boolean settled = settled(cluster);
    journal.expect("connections that ended are gone", settled, "" + connections(cluster));
    leaks(cluster, pid, live, files);
    crowd.leave();
  }

  /** The certificate is changed in the middle, under those that come and those that stay. */
  private void overTls(Crowd crowd, TlsCrowd tls) {
    Set<String> unused = tls.takeSubjects();
    tls.keep(KEPT);
    tls.churn(plan.handshakes() / 2);
    Set<String> before = tls.takeSubjects();
    SoakCertificate.put(certificates, SECOND);
    boolean changed =
        Wait.until(
            UP,
            () -> {
              tls.churn(TlsCrowd.AT_ONCE);
              return tls.takeSubjects().contains("CN=" + SECOND);
            });
    // What had begun a handshake before the change has ended it by now.
    unused = tls.takeSubjects();
    tls.churn(plan.handshakes() / 2);
    Set<String> after = tls.takeSubjects();
    tls.wakeAndLeave();
    part("every client over TLS got what it waited for", crowd.failures());
    journal.expect(
        "a certificate that is changed is shown from then on, and the one before until then",
        changed && before.equals(Set.of("CN=" + FIRST)) && after.equals(Set.of("CN=" + SECOND)),
        before + ", then " + after);
  }

  private void leaks(DrillCluster cluster, long pid, long live, int files) {
    long after = ProcessFigures.liveBytes(pid, "");
    int open = ProcessFigures.openFiles(pid);
    journal.expect(
        "live objects do not grow",
        after - live < SLACK_BYTES,
        live / 1_024 + " to " + after / 1_024 + " KiB");
    journal.expect("open files do not grow", open - files < SLACK_FILES, files + " to " + open);
    journal.figure("residentMiB", ProcessFigures.rssMiB(pid));
    try {
      String log = Files.readString(dir.resolve("node-0").resolve("hawser.log"));
      boolean clean = !log.contains("LEAK:") && !log.contains("OutOfMemory");
      journal.expect("the node's log tells of no leak", clean, clean ? "none" : "see it");
    } catch (IOException e) {
      journal.expect("the node's log can be read", false, e.toString());
    }
  }

  private int connections(DrillCluster cluster) {
    return (int) cluster.api(0).metric(CONNECTIONS);
  }

  private boolean settled(DrillCluster cluster) {
    return Wait.until(UP, () -> connections(cluster) == plan.idle());
  }

  private void part(String what, String failures) {
    journal.note(what + (failures.isEmpty() ? "" : ": not " + failures));
    journal.expect(what, failures.isEmpty(), failures.isEmpty() ? "all" : "not " + failures);
  }

  private void stall(String during, Crowd.Probe probe) {
    long worstMs = probe.takeWorstMs();
    journal.expect(
        "no answer took over " + plan.stallMs() + " ms during the " + during,
        worstMs <= plan.stallMs(),
        worstMs + " ms at worst");
  }
}
