package io.hawser.monitor;

import io.hawser.node.SettingKey;
import java.util.List;

/** What can be set of the monitor. */
final class MonitorSettings {
  static final SettingKey<Long> TICK_MS =
      SettingKey.millis(
          "monitor.tick-ms", 1_000, 5, 60_000, "How often the alert rules are evaluated");
  static final SettingKey<Long> NOTIFY_TIMEOUT_MS =
      SettingKey.millis(
          "monitor.notify.timeout-ms", 5_000, 10, 60_000, "How long a receiver has for its answer");
  static final SettingKey<Long> NOTIFY_BACKOFF_MS =
      SettingKey.millis(
          "monitor.notify.backoff-ms",
          1_000,
          1,
          60_000,
          "The wait after a receiver's first failure; it doubles");

  private MonitorSettings() {}

  static List<SettingKey<?>> all() {
    return List.of(TICK_MS, NOTIFY_TIMEOUT_MS, NOTIFY_BACKOFF_MS);
  }
}
