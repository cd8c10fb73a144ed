package io.hawser.drill.scenario;

import io.hawser.cli.base.CliFailure;
import io.hawser.drill.cluster.DrillCluster;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.fault.Injection;
import io.hawser.drill.fault.Kill;
import io.hawser.drill.load.AnswerLog;
import io.hawser.drill.load.OpenLoad;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Each of three nodes is killed in turn, while requests go through the other two and nothing is
 * tried again for the client; then it is started again and has to hear and be heard.
 */
final class KillNodeEach implements Scenario {
  private static final Duration STEADY = Duration.ofSeconds(2);
  private static final Duration DEAD = Duration.ofSeconds(6);
  private static final Duration AFTER = Duration.ofSeconds(1);
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(3);

  @Override
  public String name() {
    return "kill-node-each";
  }

  @Override
  public String summary() {
    return "kill -9 of each of three nodes in turn, under load through the others: failed requests"
        + " by reason, and the bus back after each restart";
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public void run(DrillRun run) throws InterruptedException {
    List<JsonObject> rounds = new ArrayList<>();
    try (ThreeNodes nodes = ThreeNodes.start(run)) {
      for (int i = 0; i < run.rounds() * ThreeNodes.SIZE; i++) {
        JsonObject round = killOne(run, nodes, i % ThreeNodes.SIZE);
        rounds.add(round);
        run.journal().round(round);
      }
    }
    int failed = rounds.stream().mapToInt(r -> r.getInteger("failed")).sum();
    int sent = rounds.stream().mapToInt(r -> r.getInteger("sent")).sum();
    run.journal().figure("readyMs", Summary.of(rounds, "readyMs"));
    run.journal().figure("busBackMs", Summary.of(rounds, "busBackMs"));
    run.journal()
        .expect(
            "no request through a living node fails",
            failed == 0,
            failed + " of " + sent + " failed");
    run.journal()
        .expect(
            "every node hears every node after each restart",
            rounds.stream().allMatch(r -> r.getBoolean("busBack")),
            Summary.text(Summary.of(rounds, "busBackMs")) + " ms");
  }

  private static JsonObject killOne(DrillRun run, ThreeNodes nodes, int k) {
    DrillCluster cluster = nodes.cluster();
    AnswerLog log = new AnswerLog();
    JsonObject round = new JsonObject().put("killed", "node-" + k);
    AnswerLog all = run.journal().load("through the other two");
    try (OpenLoad load = nodes.load(nodes.others(k), false, log, all)) {
      Wait.pass(STEADY);
      try (Injection kill =
          Injection.inject(
              Kill.of("node-" + k, cluster.node(k).identity()), TIME_TO_LIVE, run.journal())) {
        Wait.pass(DEAD);
        round.put("readyMs", cluster.start(k));
        run.journal().note("node-" + k + " is ready after " + round.getLong("readyMs") + " ms");
        kill.heal();
      }
      bus(nodes, round);
      Wait.pass(AFTER);
      load.stop();
    } catch (CliFailure e) {
      run.journal().expect("node-" + k + " comes back", false, e.render());
      round.put("busBack", false);
    }
    JsonObject figures = log.figures();
    run.journal()
        .note(
            "node-%d: %d of %d requests failed %s, bus back after %s ms"
                .formatted(
                    k,
                    figures.getInteger("failed"),
                    figures.getInteger("sent"),
                    figures.getJsonObject("failures").encode(),
                    round.getValue("busBackMs")));
    return round.mergeIn(figures);
  }

  private static void bus(ThreeNodes nodes, JsonObject round) {
    BusProbe probe = new BusProbe(nodes.all().stream().map(nodes.cluster()::api).toList());
    BusProbe.Outcome outcome = probe.run();
    round.put("busBack", outcome.back()).put("busProbesLost", outcome.lost());
    if (outcome.back()) {
      round.put("busBackMs", outcome.ms());
    }
    JsonObject metrics = new JsonObject();
    for (int k : nodes.all()) {
      nodes.busMetrics(k).forEach((name, value) -> metrics.put("node-" + k + " " + name, value));
    }
    round.put("busMetrics", metrics);
  }
}
