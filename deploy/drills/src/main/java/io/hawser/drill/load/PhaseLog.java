package io.hawser.drill.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What requests took before, during and after a fault, of all rounds together. A request belongs to
 * the fault when any of its time does. Beside that, for how long the machine itself stood still
 * meanwhile, as whoever waits for the processor waits whatever the proxy does. Thread-safe.
 * Bounded: it keeps figures, and the slowest few.
 */
public final class PhaseLog {
  /** Where a request lies to the fault of its round. */
  public enum Phase {
    BEFORE,
    DURING,
    AFTER
  }

  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(5);
  private static final int SLOWEST = 5;

  private static final class Figures {
    private final Histogram micros = new Histogram(MAX_MICROS, 3);
    private final Map<String, Integer> failures = new TreeMap<>();
    private long failed;
    private long stillNs;
  }

  /**
   * One of the slowest.
   *
   * @param fromNs when it began, after the fault did
   */
  private record Slow(Phase phase, int round, long fromNs, long tookNs, String instance) {
    JsonObject json() {
      return new JsonObject()
          .put("phase", phase.name().toLowerCase(java.util.Locale.ROOT))
          .put("round", round)
          .put("fromMs", ms(fromNs))
          .put("tookMs", ms(tookNs))
          .put("answeredBy", instance);
    }
  }

  private final Map<Phase, Figures> phases = new EnumMap<>(Phase.class);
  private final List<Slow> slowest = new ArrayList<>();
  private int round;
  private boolean begun;
  private boolean ended;
  private long beganNs;
  private long endedNs;

  public PhaseLog() {
    for (Phase phase : Phase.values()) {
      phases.put(phase, new Figures());
    }
  }

  /** What comes from now on is of another round, whose fault has not begun. */
  public synchronized void nextRound() {
    round++;
    begun = false;
    ended = false;
  }

  public synchronized void faultBegins() {
    begun = true;
    beganNs = System.nanoTime();
  }

  public synchronized void faultEnds() {
    ended = true;
    endedNs = System.nanoTime();
  }

  private Phase phase(long fromNs, long toNs) {
    if (!begun || toNs - beganNs < 0) {
      return Phase.BEFORE;
    }
    return ended && fromNs - endedNs >= 0 ? Phase.AFTER : Phase.DURING;
  }

  private Figures of(Phase phase) {
    return phases.getOrDefault(phase, new Figures());
  }

  public synchronized void add(Answer answer) {
    Phase phase = phase(answer.intendedNs(), answer.endNs());
    Figures figures = of(phase);
    long micros = TimeUnit.NANOSECONDS.toMicros(answer.latencyNs());
    figures.micros.recordValue(Math.clamp(micros, 0, MAX_MICROS));
    if (answer.failed()) {
      figures.failed++;
      figures.failures.merge(answer.failure(), 1, Integer::sum);
    }
    if (slowest.size() < SLOWEST || answer.latencyNs() > slowest.getLast().tookNs()) {
      long fromNs = begun ? answer.intendedNs() - beganNs : 0;
      slowest.add(new Slow(phase, round, fromNs, answer.latencyNs(), answer.instance()));
      slowest.sort(Comparator.comparingLong(Slow::tookNs).reversed());
      if (slowest.size() > SLOWEST) {
        slowest.removeLast();
      }
    }
  }

  /** Who wanted to run at the one time ran at the other. */
  synchronized void stoodStill(long fromNs, long toNs) {
    Figures figures = of(phase(fromNs, toNs));
    figures.stillNs = Math.max(figures.stillNs, toNs - fromNs);
  }

  public synchronized long requests() {
    return phases.values().stream().mapToLong(f -> f.micros.getTotalCount()).sum();
  }

  public synchronized long failed() {
    return phases.values().stream().mapToLong(f -> f.failed).sum();
  }

  /** The figures of one phase: counts, and milliseconds. */
  public synchronized JsonObject figures(Phase phase) {
    Figures figures = of(phase);
    JsonObject failures = new JsonObject();
    figures.failures.forEach(failures::put);
    return new JsonObject()
        .put("requests", figures.micros.getTotalCount())
        .put("failed", figures.failed)
        .put("failures", failures)
        .put("p50Ms", at(figures, 50))
        .put("p99Ms", at(figures, 99))
        .put("p999Ms", at(figures, 99.9))
        .put("worstMs", at(figures, 100))
        .put("machineStoodStillMs", ms(figures.stillNs));
  }

  private static double at(Figures figures, double percentile) {
    return figures.micros.getValueAtPercentile(percentile) / 1e3;
  }

  /** The slowest of all, the slowest first. */
  public synchronized JsonArray slowest() {
    JsonArray all = new JsonArray();
    slowest.forEach(slow -> all.add(slow.json()));
    return all;
  }

  private static double ms(long ns) {
    return Math.round(ns / 1e4) / 1e2;
  }
}
