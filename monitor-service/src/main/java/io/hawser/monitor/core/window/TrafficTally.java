package io.hawser.monitor.core.window;

import io.hawser.model.MonitorMessage.Summary;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Adds slots of traffic up to the summaries of the two traffic metrics. Not thread-safe: made for
 * one query.
 */
final class TrafficTally {
  private static final double MICROS_PER_MILLI = 1_000;

  private final List<Latencies> latencies = new ArrayList<>();
  private long requests;
  private long errors;

  void add(TrafficWindow.Slot slot) {
    latencies.add(slot.latencies());
    requests += slot.requests();
    errors += slot.errors();
  }

  /** Of the latencies in milliseconds, to the precision of the balancers' histograms. */
  Summary latency(Window window) {
    int digits = latencies.stream().mapToInt(Latencies::digits).max().orElse(0);
    Histogram all = new Histogram(digits);
    latencies.forEach(l -> l.addTo(all));
    if (all.getTotalCount() == 0) {
      return Tally.NOTHING;
    }
    return new Summary(
        all.getTotalCount(),
        all.getMean() / MICROS_PER_MILLI,
        all.getMinValue() / MICROS_PER_MILLI,
        all.getMaxValue() / MICROS_PER_MILLI,
        percentile(all, 50),
        percentile(all, 90),
        percentile(all, 95),
        percentile(all, 99),
        percentile(all, 99.9),
        window.rate(all.getTotalCount()));
  }

  private static double percentile(Histogram all, double percentile) {
    return all.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
  }

  /**
   * Of a 1 for each request that failed and a 0 for each other: the mean is the share of errors.
   */
  Summary errors(Window window) {
    if (requests == 0) {
      return Tally.NOTHING;
    }
    return new Summary(
        requests,
        (double) errors / requests,
        errors == requests ? 1 : 0,
        errors > 0 ? 1 : 0,
        errorAt(500),
        errorAt(900),
        errorAt(950),
        errorAt(990),
        errorAt(999),
        window.rate(requests));
  }

  private double errorAt(int perMille) {
    return Tally.rank(requests, perMille) > requests - errors ? 1 : 0;
  }
}
