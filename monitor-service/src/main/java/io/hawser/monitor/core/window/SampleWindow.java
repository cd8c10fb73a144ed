package io.hawser.monitor.core.window;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one series, one by one, in the order in which they came.
 *
 * <p>Up to {@link #MAX_SAMPLES} everything is exact to the millisecond. When more come within ten
 * minutes, the oldest are folded into one-second slots: count, mean, extremes and rate still take
 * them in, to the second; percentiles are those of the samples that are left. Not thread-safe.
 */
final class SampleWindow {
  static final int MAX_SAMPLES = 4_096;
  static final int FIRST_SAMPLES = 16;

  private record Folded(long second, DoubleSummaryStatistics samples) {}

  private long[] atMs = new long[FIRST_SAMPLES];
  private double[] values = new double[FIRST_SAMPLES];
  private int size;
  private int oldest;
  private @Nullable Folded @Nullable [] folded;

  /** Room for how many samples it takes up. */
  int capacity() {
    return values.length;
  }

  /**
   * Whether it must grow before it can take one more sample without folding one that still counts.
   */
  boolean wantsToGrow(long nowMs) {
    return size == values.length
        && values.length < MAX_SAMPLES
        && atMs[oldest] > nowMs - Window.KEPT_MS;
  }

  void grow() {
    int length = values.length;
    long[] times = Arrays.copyOf(atMs, length * 2);
    double[] doubled = Arrays.copyOf(values, length * 2);
    for (int i = 0; i < size; i++) {
      times[i] = atMs[(oldest + i) % length];
      doubled[i] = values[(oldest + i) % length];
    }
    atMs = times;
    values = doubled;
    oldest = 0;
  }

  void add(long at, double value, long nowMs) {
    int index;
    if (size < values.length) {
      index = size++;
    } else {
      index = oldest;
      fold(atMs[index], values[index], nowMs);
      oldest = (oldest + 1) % values.length;
    }
    atMs[index] = at;
    values[index] = value;
  }

  private void fold(long at, double value, long nowMs) {
    long second = Window.second(at);
    if (at <= nowMs - Window.KEPT_MS || !Window.keepsSecond(second, nowMs)) {
      return;
    }
    if (folded == null) {
      folded = new @Nullable Folded[Window.SLOTS];
    }
    int slot = Window.slot(second);
    Folded there = folded[slot];
    if (there == null || there.second() != second) {
      there = new Folded(second, new DoubleSummaryStatistics());
      folded[slot] = there;
    }
    there.samples().accept(value);
  }

  void addTo(Tally tally, Window window) {
    for (int i = 0; i < size; i++) {
      if (window.has(atMs[i])) {
        tally.add(values[i]);
      }
    }
    if (folded == null) {
      return;
    }
    for (Folded slot : folded) {
      if (slot != null && window.hasSecond(slot.second())) {
        tally.addFolded(slot.samples());
      }
    }
  }
}
