package io.hawser.monitor.core.window;

import io.hawser.model.MonitorMessage.TrafficSlot;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The traffic of all services, within a limit of the node. Not thread-safe. */
final class TrafficStore {
  static final int MAX_SERVICES = 1_000;

  private static final String SERVICE = "service";

  private static final class Series {
    final TrafficWindow traffic = new TrafficWindow();
    long usedNs;
  }

  private final Map<String, Series> services = new HashMap<>();

  Optional<Drop> add(TrafficSlot slot, long nowMs, long nowNs) {
    if (!Window.keepsSecond(slot.second(), nowMs)) {
      return Optional.of(slot.second() < Window.second(nowMs) ? Drop.STALE : Drop.AHEAD);
    }
    Optional<Latencies> latencies = LatencyCodec.decode(slot.latencies());
    if (latencies.isEmpty() || slot.errors() < 0 || slot.errors() > slot.requests()) {
      return Optional.of(Drop.UNREADABLE);
    }
    Series series = services.get(slot.service());
    if (series == null) {
      if (services.size() >= MAX_SERVICES) {
        return Optional.of(Drop.SERIES_LIMIT);
      }
      series = new Series();
      services.put(slot.service(), series);
    }
    series.usedNs = nowNs;
    series.traffic.add(
        new TrafficWindow.Slot(slot.second(), slot.requests(), slot.errors(), latencies.get()));
    return Optional.empty();
  }

  /** The traffic of the services that have all of the labels; the only label is {@code service}. */
  TrafficTally tally(Map<String, String> labels, Window window) {
    TrafficTally tally = new TrafficTally();
    services.forEach(
        (service, series) -> {
          if (Map.of(SERVICE, service).entrySet().containsAll(labels.entrySet())) {
            series.traffic.addTo(tally, window);
          }
        });
    return tally;
  }

  /** Forgets the services that had no traffic for so long. */
  void prune(long nowNs, long idleNs) {
    services.values().removeIf(series -> nowNs - series.usedNs >= idleNs);
  }

  int series() {
    return services.size();
  }
}
