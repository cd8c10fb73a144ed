package io.hawser.drill.storage;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.answers.EtcdSubject;
import io.hawser.drill.answers.HawserSubject;
import io.hawser.drill.answers.Step;
import io.hawser.drill.answers.Subject;
import io.hawser.drill.etcd.EtcdCluster;
import io.hawser.drill.scenario.DrillRun;
import io.hawser.drill.scenario.Scenario;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Known answers: one sequence of operations, of those that both have, to Hawser and to a real etcd.
 */
final class StorageAnswers implements Scenario {
  private static final int SIZE = 3;
  private static final int STEPS = 2_000;
  private static final int SHOWN = 5;

  @Override
  public String name() {
    return "storage-answers";
  }

  @Override
  public String summary() {
    return "the same puts, gets, swaps, deletes and lists to the store and to a real etcd: the same"
        + " answers";
  }

  @Override
  public int rounds() {
    return 3;
  }

  @Override
  public void run(DrillRun run) {
    EtcdCluster.missing()
        .ifPresent(
            why -> {
              throw new CliFailure(ExitCode.REFUSED, "cannot compare with etcd", why, "");
            });
    run.journal().figure("etcd", EtcdCluster.version());
    int port = run.options().firstPort() + 60;
    try (EtcdCluster etcd = EtcdCluster.start(run.dir().resolve("etcd"), port, run.ledger());
        StoreNodes nodes = StoreNodes.start(run, SIZE, 0)) {
      for (int i = 0; i < run.rounds(); i++) {
        round(run, etcd, nodes, i);
      }
    } catch (IOException e) {
      throw new CliFailure(ExitCode.FAILURE, "etcd broke off", String.valueOf(e.getMessage()), "");
    }
  }

  private static void round(DrillRun run, EtcdCluster etcd, StoreNodes nodes, int number)
      throws IOException {
    long seed = run.options().seed() + number;
    List<Step> steps = Step.sequence(seed, STEPS, "drill/answers/" + number + "/");
    List<String> differences = new ArrayList<>();
    try (Subject ours = new HawserSubject(nodes.addresses(), "answers-" + number);
        Subject theirs = new EtcdSubject(etcd.addresses().getFirst())) {
      for (Step step : steps) {
        String known = theirs.answer(step);
        String given = ours.answer(step);
        if (!known.equals(given)) {
          differences.add(step + ": etcd '" + known + "', hawser '" + given + "'");
        }
      }
    }
    run.journal()
        .round(
            new JsonObject()
                .put("seed", seed)
                .put("steps", steps.size())
                .put("differences", differences.size()));
    run.journal()
        .expect(
            "the same answers to " + STEPS + " operations, seed " + seed,
            differences.isEmpty(),
            differences.size() + " differ: " + differences.stream().limit(SHOWN).toList());
  }
}
