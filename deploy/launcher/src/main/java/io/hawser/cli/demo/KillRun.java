package io.hawser.cli.demo;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.hawser.cli.base.Terminal;
import io.hawser.cli.demo.Seen.Looked;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Kills a backend and measures what follows. Blocks its thread. */
final class KillRun {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Api api;
  private final BlockingQueue<Seen> seen;
  private final String victim;

  /**
   * @param seen everything the demo sees from now on
   */
  KillRun(Api api, BlockingQueue<Seen> seen, String victim) {
    this.api = api;
    this.seen = seen;
    this.victim = victim;
  }

  /** Kills the backend and waits until all has followed, or for a minute. */
  KillTimeline run(Terminal terminal) throws InterruptedException {
    String pid = Fields.text(look(), "meta.pid");
    ProcessIdentity target = identity(pid);
    terminal.note("kill -9 " + pid + "   # " + victim);
    KillTimeline timeline = new KillTimeline(victim, pid, DemoPlan.BACKUP, System.nanoTime());
    if (!target.handle().map(ProcessHandle::destroyForcibly).orElse(false)) {
      throw new CliFailure(
          ExitCode.FAILURE, "could not kill " + victim + " (pid " + pid + ")", "", "");
    }
    long startNs = System.nanoTime();
    long nextLookNs = startNs;
    while (!timeline.complete() && System.nanoTime() - startNs < LIMIT.toNanos()) {
      Seen next = seen.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        timeline.take(next);
      }
      if (System.nanoTime() - nextLookNs >= 0) {
        timeline.take(new Looked(System.nanoTime(), look()));
        nextLookNs = System.nanoTime() + LOOK_EVERY.toNanos();
      }
    }
    return timeline;
  }

  private ProcessIdentity identity(String pid) {
    return (Fields.parse(pid.isEmpty() ? "0" : pid) instanceof Number n
            ? ProcessIdentity.of(n.longValue())
            : java.util.Optional.<ProcessIdentity>empty())
        .orElseThrow(
            () ->
                new CliFailure(
                    ExitCode.FAILURE,
                    victim + " has no process to kill",
                    "its meta.pid is '" + pid + "'",
                    ""));
  }

  private JsonObject look() {
    Reply reply = api.get(Api.path("services", DemoPlan.SERVICE, "instances", victim));
    return reply.ok() ? reply.object() : new JsonObject();
  }

  /** Prints the measured times. */
  static void print(KillTimeline timeline, Totals totals, Terminal terminal) {
    List<JsonObject> rows = new ArrayList<>();
    rows.add(row("ejected", timeline.ejected(), "the balancer stopped using it"));
    rows.add(row("detected", timeline.detected(), "the registry called it down"));
    rows.add(
        row("backup serving", timeline.backupServing(), DemoPlan.BACKUP + " answered a request"));
    rows.add(row("recovered", timeline.recovered(), "it is back, as standby"));
    terminal.line("");
    new Table()
        .column("AFTER THE KILL", "what")
        .column("SECONDS", "seconds")
        .column("", "how")
        .rows(rows)
        .print(terminal, "");
    terminal.line(totals.line());
  }

  private static JsonObject row(String what, OptionalLong ns, String how) {
    String seconds = ns.isPresent() ? "%7.3f".formatted(ns.getAsLong() / 1e9) : "not seen";
    return new JsonObject().put("what", what).put("seconds", seconds).put("how", how);
  }

  static JsonObject json(KillTimeline timeline, Totals totals, boolean ok) {
    return totals
        .json()
        .put("ejectedMs", millis(timeline.ejected()))
        .put("detectedMs", millis(timeline.detected()))
        .put("backupServingMs", millis(timeline.backupServing()))
        .put("recoveredMs", millis(timeline.recovered()))
        .put("ok", ok);
  }

  private static @Nullable Double millis(OptionalLong ns) {
    return ns.isPresent() ? ns.getAsLong() / 1e6 : null;
  }
}
