package io.hawser.drill.report;

import io.hawser.drill.load.AnswerLog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a drill did and saw, on one monotonic clock from its beginning. Thread-safe. Milliseconds in
 * it are after the beginning.
 */
public final class Journal {
  private static final long STEP_MS = 500;
  private static final int MAX_MARKS = 10_000;

  private final String drill;
  private final String summary;
  private final String runId;
  private final Consumer<String> progress;
  private final long originNs = System.nanoTime();
  private final Instant startedAt = Instant.now();
  private final JsonArray marks = new JsonArray();
  private final JsonArray faults = new JsonArray();
  private final JsonArray rounds = new JsonArray();
  private final JsonArray expectations = new JsonArray();
  private final JsonObject figures = new JsonObject();
  private final Map<String, AnswerLog> loads = new LinkedHashMap<>();

  /**
   * @param progress told each step as it happens, for whoever watches
   */
  public Journal(String drill, String summary, String runId, Consumer<String> progress) {
    this.drill = drill;
    this.summary = summary;
    this.runId = runId;
    this.progress = progress;
  }

  /** Milliseconds from the beginning to a {@link System#nanoTime}. */
  public double ms(long ns) {
    return Math.round((ns - originNs) / 1e4) / 1e2;
  }

  /** Notes that something happened now. */
  public void note(String what) {
    double atMs = ms(System.nanoTime());
    synchronized (this) {
      if (marks.size() < MAX_MARKS) {
        marks.add(new JsonObject().put("atMs", atMs).put("what", what));
      }
    }
    progress.accept("%7.1f s  %s".formatted(atMs / 1e3, what));
  }

  /** Notes a fault from its injection to its end. */
  public synchronized void fault(JsonObject fault) {
    faults.add(fault);
  }

  /** The figures of one round. */
  public synchronized void round(JsonObject round) {
    rounds.add(round);
  }

  /** A figure of the whole run. */
  public synchronized void figure(String name, Object value) {
    figures.put(name, value);
  }

  /** Says whether something was as it has to be. */
  public void expect(String what, boolean met, String seen) {
    synchronized (this) {
      expectations.add(new JsonObject().put("what", what).put("met", met).put("seen", seen));
    }
    if (!met) {
      note("NOT MET: " + what + ": " + seen);
    }
  }

  /** A load whose answers belong to the report. */
  public synchronized AnswerLog load(String name) {
    return loads.computeIfAbsent(name, n -> new AnswerLog());
  }

  /** Whether every expectation was met. */
  public synchronized boolean ok() {
    return expectations.stream().allMatch(e -> ((JsonObject) e).getBoolean("met"));
  }

  /** All of it, but for the single answers. */
  public synchronized JsonObject json() {
    JsonArray all = new JsonArray();
    loads.forEach(
        (name, log) ->
            all.add(log.figures().put("name", name).put("series", log.series(originNs, STEP_MS))));
    return new JsonObject()
        .put("drill", drill)
        .put("summary", summary)
        .put("run", runId)
        .put("ok", ok())
        .put("startedAt", startedAt.toString())
        .put("durationMs", ms(System.nanoTime()))
        .put("repeat", "hawser drill run " + drill)
        .put("environment", environment())
        .put("expectations", expectations.copy())
        .put("figures", figures.copy())
        .put("rounds", rounds.copy())
        .put("faults", faults.copy())
        .put("loads", all)
        .put("timeline", marks.copy());
  }

  private static JsonObject environment() {
    var os = ManagementFactory.getOperatingSystemMXBean();
    return new JsonObject()
        .put("os", os.getName() + " " + os.getVersion() + " " + os.getArch())
        .put("processors", os.getAvailableProcessors())
        .put("loadAverage", os.getSystemLoadAverage())
        .put("java", Runtime.version().toString());
  }

  /** Writes journal.json, report.html and the answers of each load as CSV. */
  public void write(Path directory) {
    try {
      Files.createDirectories(directory);
      JsonObject json = json();
      Files.writeString(directory.resolve("journal.json"), json.encodePrettily() + "\n");
      Files.writeString(directory.resolve("report.html"), Page.of(json));
      Map<String, AnswerLog> copy;
      synchronized (this) {
        copy = new LinkedHashMap<>(loads);
      }
      for (Map.Entry<String, AnswerLog> load : copy.entrySet()) {
        String name = "answers-" + load.getKey().replaceAll("[^A-Za-z0-9-]", "-") + ".csv";
        load.getValue().writeCsv(directory.resolve(name), originNs);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report to " + directory, e);
    }
  }

  /** The expectations, as lines to show. */
  public synchronized List<JsonObject> expectations() {
    List<JsonObject> all = new ArrayList<>();
    expectations.forEach(e -> all.add((JsonObject) e));
    return all;
  }
}
