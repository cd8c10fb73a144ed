package io.hawser.cli.demo;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Terminal;
import io.hawser.cli.cluster.NodeProcess;
import io.hawser.cli.demo.Seen.Answer;
import io.hawser.cli.demo.Seen.Happened;
import io.hawser.cli.events.EventLine;
import io.hawser.cli.events.EventStream;
import io.hawser.cli.events.SseEvent;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The running parts of a demo: the node, its events, the load. {@link #start} and {@link #stop}
 * each do their work once; stop may come from any thread and leaves no process behind.
 */
final class DemoRun {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration BACKENDS_LIMIT = Duration.ofSeconds(60);
  private static final Duration STORE_LIMIT = Duration.ofSeconds(20);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);
  private static final long LOOK_MS = 100;
  private static final int UNAVAILABLE = 503;

  /** What is seen and not yet looked at; beyond this the newest is dropped. */
  private static final int MAX_SEEN = 100_000;

  private final Cli cli;
  private final DemoPlan plan;
  private final Api api;
  private final Totals totals = new Totals();
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>(MAX_SEEN);
  private volatile boolean watching;
  private @Nullable NodeProcess node;
  private @Nullable EventStream events;
  private @Nullable Load load;
  private volatile boolean stopped;

  DemoRun(Cli cli, DemoPlan plan) {
    this.cli = cli;
    this.plan = plan;
    this.api = cli.apiOf(plan.ports().apiUrl());
  }

  Api api() {
    return api;
  }

  Totals totals() {
    return totals;
  }

  /** Everything that is seen after this call. */
  BlockingQueue<Seen> watch() {
    watching = true;
    return seen;
  }

  /** Starts the node, waits for its backends, tells it how to fail over, and follows its events. */
  void start() {
    plan.nodeConfig(ProcessHandle.current().pid())
        .write(plan.files().config(), "Written by 'hawser demo'.");
    NodeProcess started = startNode();
    long tookMs = started.awaitReady(READY_LIMIT);
    cli.terminal().note("the node is ready after " + tookMs + " ms");
    followEvents();
    put("policy", DemoPlan.policy());
    put("backups/" + DemoPlan.BACKUP, plan.backup());
    awaitBackends();
  }

  private synchronized NodeProcess startNode() {
    requireGoingOn();
    NodeProcess started = NodeProcess.start(cli.script(), plan.files(), plan.ports());
    node = started;
    return started;
  }

  private synchronized void followEvents() {
    requireGoingOn();
    EventStream stream = new EventStream(api, Api.path("events", "stream"), "", text -> {});
    events = stream;
    Thread unused = Thread.ofVirtual().name("events").start(() -> follow(stream));
  }

  private void follow(EventStream stream) {
    try {
      stream.follow(this::happened);
    } catch (CliFailure e) {
      cli.terminal().note(e.render());
    }
  }

  private void happened(SseEvent sse) {
    if (!(Fields.parse(sse.data()) instanceof JsonObject raw)) {
      return;
    }
    JsonObject event = EventLine.flat(raw);
    see(new Happened(System.nanoTime(), event));
    if (!cli.json()) {
      cli.terminal().line(EventLine.render(event, ZoneId.systemDefault(), cli.terminal()));
    }
  }

  private void see(Seen what) {
    if (watching && !seen.offer(what)) {
      watching = false;
    }
  }

  /** The store of a node that has just started may have no leader yet. */
  private void put(String what, JsonObject body) {
    String path = Api.path("services", DemoPlan.SERVICE) + "/" + what;
    long startNs = System.nanoTime();
    Reply reply = api.put(path, body);
    while (reply.status() == UNAVAILABLE && System.nanoTime() - startNs < STORE_LIMIT.toNanos()) {
      requireAlive();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
      reply = api.put(path, body);
    }
    var unused = reply.orFail("put " + what);
  }

  private void awaitBackends() {
    long startNs = System.nanoTime();
    int up = 0;
    while (System.nanoTime() - startNs < BACKENDS_LIMIT.toNanos()) {
      requireAlive();
      up = instances("passing").size();
      if (up >= DemoPlan.BACKENDS) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
    throw new CliFailure(
        ExitCode.UNREACHABLE,
        up
            + " of "
            + DemoPlan.BACKENDS
            + " backends are up after "
            + BACKENDS_LIMIT.toSeconds()
            + " s",
        plan.files().logTail(10),
        "the backends' output is in " + plan.files().dir().resolve("processes"));
  }

  /**
   * @param health "any" or "passing"
   */
  List<JsonObject> instances(String health) {
    String path = Api.path("services", DemoPlan.SERVICE, "instances");
    return Fields.items(
        api.get(path + Api.query(Map.of("health", health))).json(), "instances", "items");
  }

  /**
   * @throws CliFailure when the node has ended by itself
   */
  synchronized void requireAlive() {
    requireGoingOn();
    NodeProcess running = node;
    if (running != null && !running.alive()) {
      throw running.died();
    }
  }

  private void requireGoingOn() {
    if (stopped) {
      throw new CliFailure(ExitCode.INTERRUPTED, "the demo was ended", "", "");
    }
  }

  synchronized void startLoad(int perSecond) {
    requireGoingOn();
    Load started = new Load(plan.url(), perSecond, this::answered);
    load = started;
    started.start();
  }

  private void answered(Answer answer) {
    totals.add(answer);
    see(answer);
  }

  /** The pid of the node; 0 before it is started. */
  synchronized long nodePid() {
    NodeProcess running = node;
    return running == null ? 0 : running.pid();
  }

  /** Whether somebody has asked for the end. */
  boolean stopped() {
    return stopped;
  }

  /** Stops the load, the node and what it leaves; false when that was done already. */
  synchronized boolean stop() {
    if (stopped) {
      return false;
    }
    stopped = true;
    Terminal terminal = cli.terminal();
    if (load != null) {
      load.stop();
    }
    if (events != null) {
      events.close();
    }
    if (node != null) {
      terminal.note("stopping the node and its backends ...");
      var unused = node.stop(STOP_GRACE);
    }
    return true;
  }
}
