package io.hawser.drill.storage;

import io.hawser.cli.base.Fields;
import io.hawser.drill.audit.WatchLog.Change;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.kv.KvClient;
import io.hawser.drill.kv.KvResult;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.kv.KvWatcher;
import io.hawser.drill.kv.Patience;
import io.hawser.drill.linear.Op;
import io.hawser.drill.linear.Verdict;
import io.hawser.drill.report.Journal;
import io.hawser.drill.scenario.DrillRun;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Whether what the clients of a round saw can be explained, once all is healed. */
final class Proof {
  private static final Duration EQUAL = Duration.ofSeconds(60);
  private static final int SHOWN = 3;

  private final DrillRun run;
  private final StoreNodes nodes;
  private final StoreLoad load;
  private final String round;
  private final Journal journal;

  Proof(DrillRun run, StoreNodes nodes, StoreLoad load, String round) {
    this.run = run;
    this.nodes = nodes;
    this.load = load;
    this.round = round;
    this.journal = run.journal();
  }

  /**
   * Waits until all watchers were told of the last write, ends them, and looks at what they saw.
   */
  void watched(List<KvWatcher> watchers) {
    Change last = load.end();
    boolean told =
        Wait.until(
            EQUAL, () -> watchers.stream().allMatch(w -> load.watched.wasTold(w.name(), last)));
    watchers.forEach(KvWatcher::close);
    boolean compacted = watchers.stream().anyMatch(KvWatcher::compacted);
    expect(
        "every watcher was told of the last write", told && !compacted, List.of(last.toString()));
    expect("watchers miss nothing and agree on the order", load.watchedWrong());
  }

  /** Holds everything against everything, and returns the figures. */
  JsonObject check() {
    boolean equal = Wait.until(EQUAL, () -> equal(nodes.verify()));
    expect("all replicas are equal", equal, equal ? List.of() : text(nodes.verify()));
    JsonObject figures = linearizable();
    Replicas replicas = new Replicas(nodes, load.uniquePrefix());
    Map<Integer, List<String>> wrong = replicas.wrong(load.unique);
    wrong.forEach(
        (k, lines) -> expect("every acknowledged write is at node-" + k, lines.isEmpty(), lines));
    expect("tokens are unique, rise and fence", load.fencing.wrong());
    expect("every increment counts once", load.counted.wrong(counter()));
    return figures
        .put("acknowledgedWrites", load.unique.acknowledgedCount())
        .put("sentWrites", load.unique.sentCount())
        .put("increments", load.counted.acknowledged())
        .put("toldToWatchers", load.watched.toldCount())
        .put("tenures", load.fencing.tenures());
  }

  private JsonObject linearizable() {
    Map<String, List<Op>> history = load.history.byKey();
    Map<String, Verdict> verdicts = load.history.check();
    int undecided = 0;
    int violations = 0;
    for (Map.Entry<String, Verdict> verdict : verdicts.entrySet()) {
      switch (verdict.getValue()) {
        case Verdict.Linearizable ok -> {
          // As it has to be.
        }
        case Verdict.Undecided(int configurations) -> {
          undecided++;
          journal.note(verdict.getKey() + ": given up after " + configurations);
        }
        case Verdict.Violation violation -> {
          violations++;
          journal.note(violation.text());
          write(verdict.getKey(), history.getOrDefault(verdict.getKey(), List.of()), violation);
        }
      }
    }
    expect("what clients saw is linearizable", violations == 0, violations + " keys are not");
    expect("every history is decided", undecided == 0, undecided + " keys were given up");
    long unknown =
        history.values().stream()
            .flatMap(List::stream)
            .filter(op -> op.outcome() == Op.Outcome.UNKNOWN)
            .count();
    return new JsonObject()
        .put("operations", load.history.size())
        .put("unknown", unknown)
        .put("keys", history.size())
        .put("violations", violations);
  }

  private void write(String key, List<Op> ops, Verdict.Violation violation) {
    Path file = run.dir().resolve("violation-" + key.replace('/', '-') + ".txt");
    List<String> lines =
        ops.stream().sorted(Comparator.comparingLong(Op::startNs)).map(op -> op.line(0)).toList();
    try {
      var unused =
          Files.writeString(file, violation.text() + "\n\n" + String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private long counter() {
    try (KvClient client = new KvClient(nodes.addresses(), 0, "proof-" + round, Patience.USUAL)) {
      KvResult read = client.get(load.counter());
      return read.how() == How.DONE ? Long.parseLong(read.value()) : 0;
    }
  }

  private static boolean equal(List<JsonObject> groups) {
    return !groups.isEmpty()
        && groups.stream().allMatch(group -> Boolean.TRUE.equals(group.getBoolean("equal")));
  }

  private static List<String> text(List<JsonObject> groups) {
    return groups.isEmpty()
        ? List.of("no node says anything of its replicas")
        : groups.stream()
            .filter(group -> !equal(List.of(group)))
            .map(group -> Fields.text(group, "group") + " " + group.getValue("replicas"))
            .toList();
  }

  private void expect(String what, List<String> wrong) {
    expect(what, wrong.isEmpty(), wrong);
  }

  private void expect(String what, boolean met, List<String> wrong) {
    expect(what, met, wrong.size() + " wrong: " + wrong.stream().limit(SHOWN).toList());
  }

  private void expect(String what, boolean met, String seen) {
    journal.expect(round + ": " + what, met, met ? "yes" : seen);
  }
}
