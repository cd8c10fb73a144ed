package io.hawser.monitor.core.window;

import io.hawser.bus.client.MonitorClient;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.MonitorMessage.TrafficSlot;
import java.util.Map;
import java.util.Optional;

/**
 * Every series that this node keeps: posted samples one by one, traffic in one-second slots. Soft
 * state: in memory only, gone with the node, and begun anew by the next owner of a metric.
 *
 * <p>A window is exactly (now - window, now] of this node's wall clock. Not thread-safe: owned by
 * one verticle.
 */
public final class MetricStore {
  /** A series that gets nothing for so long is forgotten. */
  public static final long IDLE_NS = 600_000_000_000L;

  /** Larger values are refused, so that no sum of them can overflow. */
  public static final double MAX_VALUE = 1e300;

  public static final int MAX_LABELS = 16;

  /** The longest metric name, label name or label value, in characters. */
  public static final int MAX_TEXT = 256;

  private final SampleStore samples = new SampleStore();
  private final TrafficStore traffic = new TrafficStore();

  /** Why this can be no sample, whatever the time; empty when it can. */
  public Optional<String> problem(Sample sample) {
    if (sample.metric().isEmpty() || sample.metric().length() > MAX_TEXT) {
      return Optional.of("a metric's name must have 1 to " + MAX_TEXT + " characters");
    }
    if (isTraffic(sample.metric())) {
      return Optional.of(sample.metric() + " is the balancers' own metric; choose another name");
    }
    // Written so that NaN is refused too.
    if (!(Math.abs(sample.value()) <= MAX_VALUE)) {
      return Optional.of(
          "a value must be finite and within +-" + MAX_VALUE + ", got " + sample.value());
    }
    return labelProblem(sample.labels());
  }

  private static Optional<String> labelProblem(Map<String, String> labels) {
    if (labels.size() > MAX_LABELS) {
      return Optional.of("a series has at most " + MAX_LABELS + " labels, got " + labels.size());
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (label.getKey().isEmpty()
          || label.getKey().length() > MAX_TEXT
          || label.getValue().length() > MAX_TEXT) {
        return Optional.of("a label's name and value have at most " + MAX_TEXT + " characters");
      }
    }
    return Optional.empty();
  }

  /** Takes a sample in that has no {@link #problem}. Returns why it was dropped, if it was. */
  public Optional<Drop> add(Sample sample, long nowMs, long nowNs) {
    return samples.add(sample, nowMs, nowNs);
  }

  /** Takes a second of a service's traffic in. Returns why it was dropped, if it was. */
  public Optional<Drop> add(TrafficSlot slot, long nowMs, long nowNs) {
    return traffic.add(slot, nowMs, nowNs);
  }

  /** Why this query cannot be answered; empty when it can. */
  public Optional<String> problem(Query query) {
    long windowMs = windowMs(query);
    if (windowMs < Window.SHORTEST_MS || windowMs > Window.KEPT_MS) {
      return Optional.of(
          "windowMs must be " + Window.SHORTEST_MS + " to " + Window.KEPT_MS + ", got " + windowMs);
    }
    return Optional.empty();
  }

  /**
   * The summary of the series that have all of the labels; of nothing when there are none. A window
   * of 0 is the default one.
   */
  public Summary summary(Query query, long nowMs) {
    Window window = Window.last(windowMs(query), nowMs);
    return switch (query.metric()) {
      case MonitorClient.TRAFFIC_LATENCY -> traffic.tally(query.labels(), window).latency(window);
      case MonitorClient.TRAFFIC_ERRORS -> traffic.tally(query.labels(), window).errors(window);
      default -> samples.summary(query.metric(), query.labels(), window);
    };
  }

  /** Forgets idle series. */
  public void prune(long nowNs) {
    samples.prune(nowNs, IDLE_NS);
    traffic.prune(nowNs, IDLE_NS);
  }

  /** Series of samples, and services with traffic. */
  public int series() {
    return samples.series() + traffic.series();
  }

  private static boolean isTraffic(String metric) {
    return metric.equals(MonitorClient.TRAFFIC_LATENCY)
        || metric.equals(MonitorClient.TRAFFIC_ERRORS);
  }

  private static long windowMs(Query query) {
    return query.windowMs() == 0 ? Window.DEFAULT_MS : query.windowMs();
  }
}
