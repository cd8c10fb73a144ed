package io.hawser.monitor.core.window;

import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Summary;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** The series of posted metrics, within limits of the node. Not thread-safe. */
final class SampleStore {
  static final int MAX_SERIES = 10_000;

  /** Room for samples over all series: 16 bytes for each. */
  static final long MAX_CAPACITY = 1_000_000;

  private static final class Series {
    final SampleWindow samples = new SampleWindow();
    long usedNs;
  }

  private final Map<String, Map<Map<String, String>, Series>> metrics = new HashMap<>();
  private int count;
  private long capacity;

  Optional<Drop> add(Sample sample, long nowMs, long nowNs) {
    if (sample.atMs() <= nowMs - Window.KEPT_MS) {
      return Optional.of(Drop.STALE);
    }
    if (sample.atMs() > nowMs + Window.AHEAD_MS) {
      return Optional.of(Drop.AHEAD);
    }
    Map<Map<String, String>, Series> ofMetric = metrics.getOrDefault(sample.metric(), Map.of());
    Series series = ofMetric.get(sample.labels());
    if (series == null) {
      if (count >= MAX_SERIES) {
        return Optional.of(Drop.SERIES_LIMIT);
      }
      if (capacity + SampleWindow.FIRST_SAMPLES > MAX_CAPACITY) {
        return Optional.of(Drop.MEMORY_LIMIT);
      }
      series = open(sample);
    }
    return add(series, sample, nowMs, nowNs);
  }

  private Series open(Sample sample) {
    Series series = new Series();
    count++;
    capacity += series.samples.capacity();
    metrics.computeIfAbsent(sample.metric(), m -> new HashMap<>()).put(sample.labels(), series);
    return series;
  }

  private Optional<Drop> add(Series series, Sample sample, long nowMs, long nowNs) {
    series.usedNs = nowNs;
    if (series.samples.wantsToGrow(nowMs)) {
      if (capacity + series.samples.capacity() > MAX_CAPACITY) {
        return Optional.of(Drop.MEMORY_LIMIT);
      }
      capacity += series.samples.capacity();
      series.samples.grow();
    }
    series.samples.add(sample.atMs(), sample.value(), nowMs);
    return Optional.empty();
  }

  /** The summary of the metric's series that have all of the labels, taken together. */
  Summary summary(String metric, Map<String, String> labels, Window window) {
    Tally tally = new Tally();
    metrics
        .getOrDefault(metric, Map.of())
        .forEach(
            (having, series) -> {
              if (having.entrySet().containsAll(labels.entrySet())) {
                series.samples.addTo(tally, window);
              }
            });
    return tally.summary(window);
  }

  /** Forgets the series that got no sample for so long. */
  void prune(long nowNs, long idleNs) {
    Iterator<Map<Map<String, String>, Series>> all = metrics.values().iterator();
    while (all.hasNext()) {
      Map<Map<String, String>, Series> ofMetric = all.next();
      Iterator<Series> each = ofMetric.values().iterator();
      while (each.hasNext()) {
        Series series = each.next();
        if (nowNs - series.usedNs >= idleNs) {
          count--;
          capacity -= series.samples.capacity();
          each.remove();
        }
      }
      if (ofMetric.isEmpty()) {
        all.remove();
      }
    }
  }

  int series() {
    return count;
  }
}
