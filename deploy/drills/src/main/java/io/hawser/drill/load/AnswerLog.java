package io.hawser.drill.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/**
 * Every answer of a load, and the figures that they make. Thread-safe; figures are of what has come
 * so far. Bounded by the loads that it listens to.
 */
public final class AnswerLog {
  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(5);

  private final List<Answer> answers = new ArrayList<>();

  public synchronized void add(Answer answer) {
    answers.add(answer);
  }

  /** A copy of all, in the order of their intended starts. */
  public List<Answer> all() {
    List<Answer> copy;
    synchronized (this) {
      copy = new ArrayList<>(answers);
    }
    copy.sort(Comparator.comparingLong(Answer::intendedNs));
    return copy;
  }

  public synchronized long count() {
    return answers.size();
  }

  public synchronized long failed() {
    return answers.stream().filter(Answer::failed).count();
  }

  /** Whether one that satisfies this has come. */
  public synchronized boolean any(Predicate<Answer> predicate) {
    return answers.stream().anyMatch(predicate);
  }

  /** The counts, the reasons of failures, who answered, and latencies in milliseconds. */
  public JsonObject figures() {
    List<Answer> all = all();
    Histogram micros = new Histogram(MAX_MICROS, 3);
    Map<String, Integer> reasons = new TreeMap<>();
    Map<String, Integer> instances = new TreeMap<>();
    int turnedAway = 0;
    for (Answer answer : all) {
      turnedAway += answer.turnedAway();
      if (answer.failed()) {
        reasons.merge(answer.failure(), 1, Integer::sum);
      } else {
        micros.recordValue(micros(answer));
        instances.merge(answer.instance(), 1, Integer::sum);
      }
    }
    return new JsonObject()
        .put("sent", all.size())
        .put("failed", reasons.values().stream().mapToInt(Integer::intValue).sum())
        .put("failures", reasons(reasons))
        .put("turnedAway", turnedAway)
        .put("answeredBy", reasons(instances))
        .put("latencyMs", latencies(micros))
        .put("longestGapMs", longestGapNs(all) / 1e6);
  }

  private static long micros(Answer answer) {
    long micros = TimeUnit.NANOSECONDS.toMicros(answer.latencyNs());
    return Math.min(MAX_MICROS, Math.max(0, micros));
  }

  private static JsonObject reasons(Map<String, Integer> counts) {
    JsonObject json = new JsonObject();
    counts.forEach(json::put);
    return json;
  }

  private static JsonObject latencies(Histogram micros) {
    JsonObject json = new JsonObject();
    for (double percentile : new double[] {50, 90, 99, 99.9}) {
      String name = "p" + Double.toString(percentile).replace(".0", "").replace(".", "");
      json.put(name, micros.getValueAtPercentile(percentile) / 1e3);
    }
    return json.put("max", micros.getMaxValue() / 1e3).put("mean", micros.getMean() / 1e3);
  }

  /** The longest time between two good answers. */
  private static long longestGapNs(List<Answer> all) {
    long[] good = all.stream().filter(a -> !a.failed()).mapToLong(Answer::endNs).sorted().toArray();
    long longest = 0;
    for (int i = 1; i < good.length; i++) {
      longest = Math.max(longest, good[i] - good[i - 1]);
    }
    return longest;
  }

  /** For each stretch of time: what started in it, what of that failed, and its latencies. */
  public JsonArray series(long originNs, long stepMs) {
    TreeMap<Long, List<Answer>> steps = new TreeMap<>();
    for (Answer answer : all()) {
      long step = TimeUnit.NANOSECONDS.toMillis(answer.intendedNs() - originNs) / stepMs;
      steps.computeIfAbsent(step, s -> new ArrayList<>()).add(answer);
    }
    JsonArray series = new JsonArray();
    steps.forEach((step, answers) -> series.add(point(step * stepMs, answers)));
    return series;
  }

  private static JsonObject point(long atMs, List<Answer> answers) {
    Histogram micros = new Histogram(MAX_MICROS, 3);
    answers.stream().filter(a -> !a.failed()).forEach(a -> micros.recordValue(micros(a)));
    long failed = answers.stream().filter(Answer::failed).count();
    return new JsonObject()
        .put("atMs", atMs)
        .put("sent", answers.size())
        .put("failed", failed)
        .put("p50Ms", micros.getValueAtPercentile(50) / 1e3)
        .put("p99Ms", micros.getValueAtPercentile(99) / 1e3);
  }

  /** Writes a line for each answer. */
  public void writeCsv(Path file, long originNs) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("intended_ms,latency_ms,target,status,instance,turned_away,failure\n");
      for (Answer a : all()) {
        out.write(
            "%.3f,%.3f,%d,%d,%s,%d,\"%s\"%n"
                .formatted(
                    (a.intendedNs() - originNs) / 1e6,
                    a.latencyNs() / 1e6,
                    a.node(),
                    a.status(),
                    a.instance(),
                    a.turnedAway(),
                    a.failure().replace('"', '\'')));
      }
    }
  }
}
