package io.hawser.storage;

import io.hawser.node.Meters;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.group.Room;
import io.hawser.storage.operate.Lags.Lag;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What this node's replicas and its disk show, besides what their logs do. Thread-safe. */
final class StorageMeters {
  private static final String GROUP = "group";

  private final Meters meters;
  private final MultiGauge lags;
  private final Map<String, GroupHost> hosts = new ConcurrentHashMap<>();

  StorageMeters(Meters meters, Supplier<Room> room) {
    this.meters = meters;
    lags = MultiGauge.builder(Meters.STORAGE_FOLLOWER_LAG).register(meters.registry());
    meters.gauge(Meters.STORAGE_USED_BYTES, () -> room.get().usedBytes());
    meters.gauge(Meters.STORAGE_CAPACITY_BYTES, () -> room.get().capacityBytes());
  }

  /** Shows a replica from now on, in place of an older one of its group. */
  void watch(GroupHost host) {
    if (hosts.put(host.group(), host) != null) {
      return;
    }
    gauge(Meters.STORAGE_DATA_BYTES, host.group(), h -> h.store().usedBytes());
    gauge(Meters.STORAGE_KEYS, host.group(), h -> h.store().keyCount());
    gauge(Meters.STORAGE_CHANGES, host.group(), GroupHost::queued);
    gauge(Meters.STORAGE_WAITS, host.group(), GroupHost::waiting);
  }

  /** Shows these from now on, and no others. */
  void followers(List<Lag> behind) {
    lags.register(
        behind.stream()
            .map(l -> Row.of(Tags.of(GROUP, l.group(), "node", l.follower().value()), l.entries()))
            .toList(),
        true);
  }

  private void gauge(String name, String group, ToLongFunction<GroupHost> value) {
    meters.gauge(
        name,
        () -> {
          GroupHost host = hosts.get(group);
          return host == null ? 0L : value.applyAsLong(host);
        },
        GROUP,
        group);
  }
}
