package io.hawser.failover;

import io.hawser.failover.core.Limits;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import java.util.List;

/** What the role failover reads from the node's settings. */
final class FailoverSettings {
  private static final long HOUR_MS = 3_600_000;

  static final SettingKey<Long> ACTIVATION_TIMEOUT_MS =
      SettingKey.millis(
          "failover.activation-timeout-ms",
          15_000,
          100,
          HOUR_MS,
          "How long a backup may take until it serves; then the next one is tried");
  static final SettingKey<Integer> RECOVERY_ATTEMPTS =
      SettingKey.integer(
          "failover.recovery.attempts", 3, 1, 10, "How often a failed instance is started again");
  static final SettingKey<Long> RECOVERY_BACKOFF_MS =
      SettingKey.millis(
          "failover.recovery.backoff-ms",
          5_000,
          0,
          HOUR_MS,
          "The wait after a missed attempt, times the attempt's number");
  static final SettingKey<Long> RECOVERY_VERIFY_MS =
      SettingKey.millis(
          "failover.recovery.verify-ms",
          10_000,
          100,
          HOUR_MS,
          "How long a restarted instance may take until it passes");
  static final SettingKey<Long> RECONCILE_MS =
      SettingKey.millis(
          "failover.reconcile-ms",
          500,
          20,
          60_000,
          "How often the manager looks at what may be due, and at a twentieth of the rest");
  static final SettingKey<Long> LEASE_MS =
      SettingKey.millis(
          "failover.lease-ms",
          3_000,
          500,
          60_000,
          "How long the lease of the manager lasts without being renewed: how long it takes at most"
              + " until another node acts");
  static final SettingKey<Long> PROBATION_MS =
      SettingKey.millis(
          "failover.recovery.probation-ms",
          5_000,
          0,
          HOUR_MS,
          "How long a restarted instance has to pass until it counts as brought back");
  static final SettingKey<Integer> PER_MINUTE =
      SettingKey.integer(
          "failover.per-minute",
          20,
          1,
          10_000,
          "How many failovers of all services may begin within a minute");

  static final String TEMPLATES = "process.templates";
  static final String RUN = "process.run";
  static final String HOOKS = "webhook.hooks";
  static final String COMMANDS = "exec.commands";

  /** Whether a graceful stop of the node stops its children. */
  static final SettingKey<Boolean> STOP_CHILDREN =
      new SettingKey<>(
          "process.on-stop",
          true,
          FailoverSettings::stopOrKeep,
          "What a graceful stop of the node does with its processes",
          "stop",
          "stop | keep");

  private FailoverSettings() {}

  static List<SettingKey<?>> all() {
    return List.of(
        ACTIVATION_TIMEOUT_MS,
        RECOVERY_ATTEMPTS,
        RECOVERY_BACKOFF_MS,
        RECOVERY_VERIFY_MS,
        RECONCILE_MS,
        LEASE_MS,
        PROBATION_MS,
        PER_MINUTE,
        STOP_CHILDREN);
  }

  static Limits limits(Settings settings) {
    return new Limits(
        settings.get(ACTIVATION_TIMEOUT_MS),
        Limits.CANDIDATES,
        settings.get(RECOVERY_ATTEMPTS),
        settings.get(RECOVERY_BACKOFF_MS),
        settings.get(RECOVERY_VERIFY_MS),
        settings.get(PROBATION_MS),
        settings.get(PER_MINUTE));
  }

  private static boolean stopOrKeep(String text) {
    return switch (text.strip()) {
      case "stop" -> true;
      case "keep" -> false;
      default ->
          throw new IllegalArgumentException(
              "process.on-stop must be stop or keep, got '" + text + "'");
    };
  }
}
