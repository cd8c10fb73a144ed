package io.hawser.drill.scenario;

import static io.hawser.drill.scenario.TroubledService.driver;

import io.hawser.drill.cluster.ClusterPlan;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Origin;
import io.hawser.drill.cluster.Ports;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Stall;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What may go wrong beside the instance that failed: each trouble has to end as the documents say,
 * nobody may be activated twice for it, and each has to show in the history and in the events.
 */
final class FailoverTroubles implements Scenario {
  private static final int SIZE = 3;
  private static final int PORTS = 10;
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Duration LOST = Duration.ofSeconds(8);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(2);

  /** What goes wrong. */
  private enum Trouble {
    MASS,
    FLAPPING,
    LOOP,
    EMPTY,
    HANG,
    HOOK,
    STORE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String name() {
    return "failover-troubles";
  }

  @Override
  public String summary() {
    return "half of all fail at once, flapping, a crash loop, an empty pool, a driver that hangs, a"
        + " hook that fails, the store lost: each ends as documented and shows in the history";
  }

  @Override
  public int rounds() {
    return Trouble.values().length;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    int first = Ports.block(run.options().firstPort() + 40, (run.rounds() + 1) * PORTS);
    ClusterPlan plan =
        ClusterPlan.local(run.dir().resolve("nodes"), SIZE, run.options().firstPort(), settings());
    List<Trouble> troubles =
        run.options().faults().isEmpty()
            ? Arrays.asList(Trouble.values())
            : run.options().faults().stream()
                .map(word -> Trouble.valueOf(word.toUpperCase(Locale.ROOT)))
                .toList();
    try (DrillCluster cluster = new DrillCluster(plan, run.ledger())) {
      FailoverPair.start(cluster);
      try (EventTap events = new EventTap(cluster.api(0).api())) {
        for (int i = 1; i <= run.rounds(); i++) {
          Trouble trouble = troubles.get((i - 1) % troubles.size());
          run.journal().note("trouble: " + trouble.word());
          new Round(run, cluster, events, trouble, i, first + i * PORTS).play();
        }
      }
    }
  }

  private static Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("failover.activation-timeout-ms", 4_000);
    settings.put("failover.recovery.probation-ms", 500);
    settings.put("failover.recovery.backoff-ms", 500);
    settings.put("process.templates." + FailoverPair.TEMPLATE + ".command", Origin.template());
    settings.put("process.templates.hang.command", List.of("/bin/sleep", "300"));
    settings.put("exec.commands.veto.command", List.of("/bin/false"));
    return settings;
  }

  /** One trouble, with services of its own. */
  private record Round(
      DrillRun run, DrillCluster cluster, EventTap events, Trouble trouble, int number, int port) {
    void play() {
      switch (trouble) {
        case MASS -> mass();
        case FLAPPING -> flapping();
        case LOOP -> loop();
        case EMPTY -> empty();
        case HANG -> hang();
        case HOOK -> hook();
        case STORE -> store();
      }
    }

    private TroubledService service(String suffix, int offset) {
      String name = trouble.word() + number + suffix;
      return new TroubledService(cluster, run.journal(), events, name, port + offset);
    }

    /** Half of all at once: who is still served waits, who is not is helped. */
    private void mass() {
      TroubledService served = service("s", 0).active("a", "b").standby("c");
      TroubledService unserved = service("u", 5).active("a", "b").standby("c");
      served.kill("a");
      unserved.kill("a");
      unserved.kill("b");
      expect(unserved, "the last active ones have a backup", () -> unserved.routed("c"));
      expect(
          served,
          "a service that others serve is held up",
          () -> served.visible("held", "mass failure"));
      Wait.pass(QUIET);
      met(served, "nobody is activated meanwhile", served.count("activating") == 0);
      TroubledService unused = unserved.active("a");
      expect(served, "when less than half are down it goes on", () -> served.routed("c"));
      once(served);
    }

    private void flapping() {
      TroubledService flaps = service("", 0).active("a").standby("b", "c", "d");
      flaps.kill("a");
      expect(flaps, "the first failover", () -> flaps.routed("b"));
      flaps.kill("b");
      expect(flaps, "the second failover", () -> flaps.routed("c"));
      flaps.kill("c");
      expect(
          flaps,
          "the third within a minute is blocked",
          () -> flaps.visible("blocked", "third failover") && flaps.visible("held", "blocked"));
      Wait.pass(QUIET);
      met(flaps, "nobody is activated meanwhile", flaps.count("activating") == 2);
      flaps.order("ack", new JsonObject());
      expect(flaps, "it goes on when somebody has looked at it", () -> flaps.routed("d"));
      met(flaps, "three activations", flaps.count("activating") == 3);
    }

    private void loop() {
      TroubledService loops =
          service("", 0)
              .policy(
                  new JsonObject()
                      .put("recovery", driver("process", "template", FailoverPair.TEMPLATE)))
              .active("a");
      for (int death = 1; death <= 3; death++) {
        int times = death;
        loops.kill("a");
        expect(
            loops,
            "it is brought back, time " + death,
            () ->
                loops.incidents().size() == times && loops.newest("recovery").equals("recovered"));
      }
      loops.kill("a");
      expect(
          loops,
          "then it is given up as a crash loop",
          () -> loops.visible("recovery-given-up", "crash loop"));
      Wait.pass(QUIET);
      met(loops, "nobody starts it again", !loops.runs("a") && loops.incidents().size() == 4);
    }

    private void empty() {
      TroubledService alone =
          service("", 0).policy(new JsonObject().put("poolMinimum", 1)).active("a");
      expect(
          alone,
          "a short pool is told",
          () -> events.steps(trouble.word() + number).contains("pool-short"));
      alone.kill("a");
      expect(
          alone,
          "the failover fails and says why",
          () -> alone.visible("failed", "no backup is ready"));
      TroubledService unused = alone.standby("b");
      expect(alone, "one that turns up later is taken", () -> alone.routed("b"));
      once(alone);
    }

    private void hang() {
      TroubledService hangs =
          service("", 0).cold("b", "hang", 1).cold("c", FailoverPair.TEMPLATE, 2).active("a");
      hangs.kill("a");
      expect(hangs, "the next candidate serves", () -> hangs.routed("c"));
      met(
          hangs,
          "the one that hangs is given up",
          hangs.visible("candidate-failed", "does not pass"));
      expect(hangs, "and is not routed", () -> !hangs.routed("b") && hangs.count("routed") == 1);
    }

    private void hook() {
      JsonObject veto =
          new JsonObject().put("when", "before").put("driver", driver("exec", "command", "veto"));
      TroubledService vetoed =
          service("", 0)
              .policy(new JsonObject().put("hooks", new JsonArray().add(veto)))
              .active("a")
              .standby("b");
      vetoed.kill("a");
      expect(vetoed, "the failover is aborted", () -> vetoed.visible("aborted", "a hook failed"));
      Wait.pass(QUIET);
      met(
          vetoed,
          "nobody is activated, and the hook is left alone",
          vetoed.count("activating") == 0 && vetoed.incidents().size() == 1);
      TroubledService unused = vetoed.policy(new JsonObject());
      vetoed.order("failover", new JsonObject().put("instance", vetoed.id("a")));
      expect(vetoed, "an operator's order is carried out", () -> vetoed.routed("b"));
    }

    private void store() {
      TroubledService lost = service("", 0).active("a", "b").standby("c");
      try (Injection first = Injection.inject(stall(1), TIME_TO_LIVE, run.journal());
          Injection second = Injection.inject(stall(2), TIME_TO_LIVE, run.journal())) {
        lost.kill("a");
        Wait.pass(LOST);
        met(
            lost,
            "without a store nothing is promoted, and who works is routed",
            lost.count("activating") == 0 && lost.routes(0, "b") && !lost.routes(0, "c"));
        first.heal();
        second.heal();
      }
      expect(lost, "when it is back the backup serves", () -> lost.routed("c"));
      once(lost);
    }

    private Stall stall(int k) {
      return new Stall("node-" + k, cluster.node(k).identity(), run.ledger(), TIME_TO_LIVE);
    }

    private void once(TroubledService service) {
      expect(
          service,
          "one incident, one activation",
          () ->
              service.count("activating") == 1
                  && service.count("routed") == 1
                  && service.incidents().size() == 1);
    }

    private void expect(TroubledService service, String what, BooleanSupplier condition) {
      met(service, what, Wait.until(SOON, condition));
    }

    private void met(TroubledService service, String what, boolean met) {
      run.journal().expect(trouble.word() + ": " + what, met, met ? "yes" : service.story());
    }
  }
}
