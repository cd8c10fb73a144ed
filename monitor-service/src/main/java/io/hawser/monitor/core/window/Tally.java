package io.hawser.monitor.core.window;

import io.hawser.model.MonitorMessage.Summary;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;

/** Adds samples up to their summary. Not thread-safe: made for one query. */
final class Tally {
  static final Summary NOTHING = new Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private final DoubleSummaryStatistics all = new DoubleSummaryStatistics();
  private double[] raw = new double[64];
  private int rawCount;

  void add(double value) {
    all.accept(value);
    if (rawCount == raw.length) {
      raw = Arrays.copyOf(raw, raw.length * 2);
    }
    raw[rawCount++] = value;
  }

  /**
   * Adds samples of which only count, sum and extremes are known; the percentiles leave them out.
   */
  void addFolded(DoubleSummaryStatistics folded) {
    all.combine(folded);
  }

  Summary summary(Window window) {
    long count = all.getCount();
    if (count == 0) {
      return NOTHING;
    }
    double[] sorted = Arrays.copyOf(raw, rawCount);
    Arrays.sort(sorted);
    return new Summary(
        count,
        all.getAverage(),
        all.getMin(),
        all.getMax(),
        percentile(sorted, 500),
        percentile(sorted, 900),
        percentile(sorted, 950),
        percentile(sorted, 990),
        percentile(sorted, 999),
        window.rate(count));
  }

  private double percentile(double[] sorted, int perMille) {
    return sorted.length == 0 ? all.getAverage() : sorted[(int) rank(sorted.length, perMille) - 1];
  }

  /**
   * The nearest rank: the smallest one, from 1, at or below which lie this many thousandths of all.
   * Whole numbers, since {@code 0.07 * 100} is above 7.
   */
  static long rank(long count, int perMille) {
    return Math.max(1, Math.ceilDiv(count * perMille, 1000));
  }
}
