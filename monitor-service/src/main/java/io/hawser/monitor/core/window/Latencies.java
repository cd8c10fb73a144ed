package io.hawser.monitor.core.window;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * The counts of a histogram of microseconds, of the buckets that have any: a few hundred bytes
 * where the histogram has tens of thousands. Two of the same precision are merged without error.
 * Immutable.
 */
final class Latencies {
  static final Latencies NONE = new Latencies(0, new long[0], new long[0]);

  private final int digits;
  private final long[] values;
  private final long[] counts;

  private Latencies(int digits, long[] values, long[] counts) {
    this.digits = digits;
    this.values = values;
    this.counts = counts;
  }

  static Latencies of(Histogram histogram) {
    long[] values = new long[16];
    long[] counts = new long[16];
    int size = 0;
    for (HistogramIterationValue bucket : histogram.recordedValues()) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
        counts = Arrays.copyOf(counts, size * 2);
      }
      values[size] = histogram.lowestEquivalentValue(bucket.getValueIteratedTo());
      counts[size++] = bucket.getCountAddedInThisIterationStep();
    }
    int digits = histogram.getNumberOfSignificantValueDigits();
    return new Latencies(digits, Arrays.copyOf(values, size), Arrays.copyOf(counts, size));
  }

  Latencies plus(Latencies other) {
    if (values.length == 0) {
      return other;
    }
    if (other.values.length == 0) {
      return this;
    }
    Histogram both = new Histogram(Math.max(digits, other.digits));
    addTo(both);
    other.addTo(both);
    return of(both);
  }

  int digits() {
    return digits;
  }

  void addTo(Histogram histogram) {
    for (int i = 0; i < values.length; i++) {
      histogram.recordValueWithCount(values[i], counts[i]);
    }
  }
}
