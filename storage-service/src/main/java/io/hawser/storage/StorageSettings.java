package io.hawser.storage;

import io.hawser.node.NodeSettings;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import io.hawser.storage.placement.Beginning;
import io.hawser.storage.placement.Limits;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the role storage reads from the node's settings. */
final class StorageSettings {
  private static final int ROOM_PERCENT = 80;
  private static final long SEEN_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long MB = 1L << 20;

  static final SettingKey<String> BOOTSTRAP =
      new SettingKey<>(
          "storage.bootstrap",
          Beginning.JOIN,
          Beginning::check,
          "What a node that has stored nothing does: found a cluster, wait for one to join, or"
              + " found one with as many others as are expected",
          Beginning.JOIN,
          "new | join | expect:N");
  static final SettingKey<Integer> REPLICAS =
      new SettingKey<>(
          "storage.replicas",
          3,
          StorageSettings::odd,
          "How many nodes hold each group, once there are as many",
          "3",
          "1 | 3 | 5");
  static final SettingKey<Integer> SHARDS =
      SettingKey.integer(
          "storage.shards",
          1,
          1,
          64,
          "Into how many groups users' keys go; only for a new cluster");
  static final SettingKey<Long> CAPACITY_MB =
      SettingKey.millis(
          "storage.capacity-mb",
          0,
          0,
          1L << 40,
          "What the node may store, and its weight for placement; 0 means what its disk has left");
  static final SettingKey<Integer> HIGH_WATER_PERCENT =
      SettingKey.integer(
          "storage.high-water-percent",
          90,
          10,
          99,
          "From this part of its capacity on a node takes no puts");
  static final SettingKey<Long> REPLACE_AFTER_MS =
      SettingKey.millis(
          "storage.replace-after-ms",
          600_000,
          0,
          Long.MAX_VALUE / 1_000_000,
          "How long a node may be away before others get its replicas; 0 means for ever");
  static final SettingKey<Long> SETTLE_MS =
      SettingKey.millis(
          "storage.settle-ms",
          10_000,
          0,
          3_600_000,
          "How long a node must be there before it is given a group to lead");
  static final SettingKey<Long> EXCHANGE_MS =
      SettingKey.millis(
          "storage.exchange-ms",
          1_000,
          10,
          2_000,
          "How often storage nodes tell one another how they are");
  static final SettingKey<String> ADVERTISE_HOST =
      SettingKey.text(
          "storage.advertise-host",
          "",
          "Where other nodes reach the Raft port; empty means bind.host");

  private StorageSettings() {}

  static List<SettingKey<?>> all() {
    return List.of(
        BOOTSTRAP,
        REPLICAS,
        SHARDS,
        CAPACITY_MB,
        HIGH_WATER_PERCENT,
        REPLACE_AFTER_MS,
        SETTLE_MS,
        EXCHANGE_MS,
        ADVERTISE_HOST);
  }

  static Limits limits(Settings settings) {
    return new Limits(
        settings.get(REPLICAS),
        SEEN_NS,
        TimeUnit.MILLISECONDS.toNanos(settings.get(REPLACE_AFTER_MS)),
        TimeUnit.MILLISECONDS.toNanos(settings.get(SETTLE_MS)),
        ROOM_PERCENT);
  }

  /** Where other nodes reach the Raft port. */
  static String host(Settings settings) {
    String advertised = settings.get(ADVERTISE_HOST);
    return advertised.isBlank() ? settings.get(NodeSettings.BIND_HOST) : advertised;
  }

  /** 0 when the disk decides. */
  static long capacityBytes(Settings settings) {
    return settings.get(CAPACITY_MB) * MB;
  }

  private static Integer odd(String text) {
    return switch (text.strip()) {
      case "1" -> 1;
      case "3" -> 3;
      case "5" -> 5;
      default ->
          throw new IllegalArgumentException(
              "storage.replicas must be 1, 3 or 5, got '" + text + "'");
    };
  }
}
