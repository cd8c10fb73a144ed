package io.hawser.model;

import java.util.List;
import java.util.Map;

/** What metrics travel in. A series is a metric's name with its labels. */
public sealed interface MonitorMessage extends HawserMessage {

  /** One measurement. */
  @Wire(125)
  record Sample(String metric, Map<String, String> labels, double value, long atMs) {
    public Sample {
      labels = Map.copyOf(labels);
    }
  }

  /** Measurements for the node that owns their series. */
  @Wire(40)
  record Samples(List<Sample> samples) implements MonitorMessage {
    public Samples {
      samples = List.copyOf(samples);
    }
  }

  /**
   * A service's traffic through one balancer in one second.
   *
   * @param latencies an HdrHistogram of microseconds to the end of the answer, in its V2 encoding,
   *     as base64
   */
  @Wire(126)
  record TrafficSlot(String service, long second, long requests, long errors, String latencies) {}

  @Wire(41)
  record Traffic(NodeId balancer, List<TrafficSlot> slots) implements MonitorMessage {
    public Traffic {
      slots = List.copyOf(slots);
    }
  }

  /**
   * Asks the owner of a metric for its summary over the last window. Answered by {@link Summary}.
   */
  @Wire(42)
  record Query(String metric, Map<String, String> labels, long windowMs) implements MonitorMessage {
    public Query {
      labels = Map.copyOf(labels);
    }
  }

  /**
   * The summary of a window. When {@code count} is 0 every other figure is 0 and means nothing.
   *
   * @param rate samples per second of the window
   */
  @Wire(43)
  record Summary(
      long count,
      double mean,
      double min,
      double max,
      double p50,
      double p90,
      double p95,
      double p99,
      double p999,
      double rate)
      implements MonitorMessage {}
}
