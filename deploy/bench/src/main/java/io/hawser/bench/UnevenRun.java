package io.hawser.bench;

import static java.util.Locale.ROOT;

import io.hawser.bench.UnevenOrigins.Answer;
import io.hawser.bench.UnevenOrigins.Behaviour;
import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.LoadPlan;
import io.hawser.drill.load.OpenLoad;
import io.hawser.model.Facet.Strategy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * One node, and four instances that do not answer alike, under each strategy: one that fails fast,
 * one that is ten times slower, and all at 503. Each strategy and trouble is a service of its own,
 * so that none inherits what the node has learned.
 */
final class UnevenRun extends OneNodeRun {
  private static final int ORIGINS = 4;
  private static final int USUAL_MS = 20;
  private static final Duration UP = Duration.ofSeconds(20);
  private static final double MOST_AFTER_EJECTION = 0.01;
  private static final double MOST_ASKED = 1.2;

  /**
   * Those that look at how long instances take; what is ten times slower must not show in p99, once
   * they know it: what all needed at the start, as they were cold, settles within seconds. A
   * dynamic score gives a slow one a smaller share, and not nothing.
   */
  private static final Set<Strategy> LATENCY_AWARE = EnumSet.of(Strategy.PEAK_EWMA);

  private static final Duration LEARNS = Duration.ofSeconds(5);

  /** Well below the 200 ms of the slow one, and above what a busy machine adds to the 20 ms. */
  private static final double MOST_P99_MS = 100;

  /** What is wrong with the instances. */
  private enum Trouble {
    FAILS_FAST(new Answer(500, 1), new Answer(200, USUAL_MS)),
    SLOW(new Answer(200, 10 * USUAL_MS), new Answer(200, USUAL_MS)),
    ALL_503(new Answer(503, 1), new Answer(503, 1));

    private final Behaviour behaviour;

    Trouble(Answer first, Answer others) {
      this.behaviour = new Behaviour(first, others);
    }
  }

  /**
   * @param perSecond requests of the open loop
   * @param seconds of each measurement; what is shown is of its second half
   */
  record Plan(Set<Strategy> strategies, int perSecond, int seconds, int firstPort) {
    Duration half() {
      return Duration.ofMillis(seconds * 500L);
    }
  }

  private final Plan plan;

  UnevenRun(Cli cli, Plan plan, Path dir) {
    super(
        cli,
        "gateway-uneven",
        "%d requests a second to four instances that do not answer alike, under each strategy"
            .formatted(plan.perSecond()),
        dir,
        plan.firstPort());
    this.plan = plan;
  }

  @Override
  void measure(DrillCluster cluster) throws InterruptedException {
    Vertx vertx = Vertx.vertx();
    try {
      UnevenOrigins origins = new UnevenOrigins(vertx, ORIGINS);
      for (Trouble trouble : Trouble.values()) {
        for (Strategy strategy : plan.strategies()) {
          measure(cluster, origins, trouble, strategy);
        }
      }
    } finally {
      vertx.close().await();
    }
  }

  private void measure(
      DrillCluster cluster, UnevenOrigins origins, Trouble trouble, Strategy strategy)
      throws InterruptedException {
    String service = kebab(trouble) + "-" + kebab(strategy);
    origins.behave(service, trouble.behaviour);
    register(cluster, origins, service, strategy);
    AnswerLog early = new AnswerLog();
    boolean learns = trouble == Trouble.SLOW && LATENCY_AWARE.contains(strategy);
    run(
        cluster,
        service,
        learns && LEARNS.compareTo(plan.half()) > 0 ? LEARNS : plan.half(),
        early);
    long[] before = origins.asked(service);
    AnswerLog late = new AnswerLog();
    run(cluster, service, plan.half(), late);
    long[] after = origins.asked(service);
    long asked = LongStream.of(after).sum() - LongStream.of(before).sum();
    double first = (after[0] - before[0]) / (double) Math.max(1, asked);
    double perRequest = LongStream.of(after).sum() / (double) (early.count() + late.count());
    double p99Ms = late.figures().getJsonObject("latencyMs").getDouble("p99");
    long failed = late.all().stream().filter(a -> a.failed()).count();
    JsonObject row =
        new JsonObject()
            .put("trouble", kebab(trouble))
            .put("strategy", kebab(strategy))
            .put("sent", late.count())
            .put("failed", failed)
            .put("failedBeforeEjection", early.failed())
            .put("failures", late.figures().getValue("failures"))
            .put("shareOfFirst", rounded(first))
            .put("askedPerRequest", rounded(perRequest))
            .put("p99Ms", trouble == Trouble.ALL_503 ? null : p99Ms);
    journal.round(row);
    journal.figure(service, row.encode());
    expect(trouble, strategy, row);
  }

  private void expect(Trouble trouble, Strategy strategy, JsonObject row) {
    String under = " under " + kebab(strategy);
    switch (trouble) {
      case FAILS_FAST -> {
        double share = row.getDouble("shareOfFirst");
        journal.expect(
            "one that fails fast gets 1 % at most after its ejection" + under,
            share <= MOST_AFTER_EJECTION,
            row.encode());
      }
      case SLOW -> {
        if (LATENCY_AWARE.contains(strategy)) {
          boolean fast = row.getDouble("p99Ms") <= MOST_P99_MS;
          journal.expect("a slow one does not drag p99" + under, fast, row.encode());
        }
      }
      case ALL_503 -> {
        boolean few = row.getDouble("askedPerRequest") <= MOST_ASKED;
        journal.expect("all at 503 are asked 1.2 times at most" + under, few, row.encode());
      }
    }
  }

  private void run(DrillCluster cluster, String service, Duration length, AnswerLog log)
      throws InterruptedException {
    LoadPlan load =
        new LoadPlan(
            List.of(cluster.traffic(0)),
            i -> request("/" + service + "/" + i),
            plan.perSecond(),
            length,
            Long.MAX_VALUE,
            false);
    try (OpenLoad running = OpenLoad.start(load, log::add)) {
      running.awaitEnd();
    }
  }

  private static byte[] request(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void register(
      DrillCluster cluster, UnevenOrigins origins, String service, Strategy strategy) {
    for (int i = 0; i < origins.ports().size(); i++) {
      JsonObject instance =
          new JsonObject().put("host", "127.0.0.1").put("port", origins.ports().get(i));
      var unused =
          cluster
              .api(0)
              .put(Api.path("services", service, "instances", "o" + i), instance)
              .orFail("register an instance");
    }
    JsonObject route =
        new JsonObject()
            .put("service", service)
            .put("pathPrefix", "/" + service)
            .put("strategy", kebab(strategy));
    var unused = cluster.api(0).put(Api.path("routes", service), route).orFail("put a route");
    boolean routed =
        Wait.until(
            UP,
            () ->
                cluster.api(0).instances(service, "passing").size() == origins.ports().size()
                    && cluster.api(0).get(Api.path("routes", service)).ok());
    if (!routed) {
      throw new CliFailure(ExitCode.FAILURE, "the instances are not routed", "", "");
    }
  }

  private static String kebab(Enum<?> value) {
    return value.name().toLowerCase(ROOT).replace('_', '-');
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
