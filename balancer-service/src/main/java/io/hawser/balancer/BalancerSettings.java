package io.hawser.balancer;

import io.hawser.node.NodeSettings;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The settings of the balancer, and its fixed limits. */
final class BalancerSettings {
  static final SettingKey<Long> RESPONSE_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.response-timeout-ms",
          30_000,
          1,
          3_600_000,
          "How long an instance may take from the end of the request to the head of its answer");
  static final SettingKey<Long> HEAD_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.head-timeout-ms",
          10_000,
          1,
          3_600_000,
          "How long the head of a request may take from its first byte on");
  static final SettingKey<Long> BODY_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.body-timeout-ms",
          10_000,
          1,
          3_600_000,
          "How long a client may take for each next KiB of a body that is not answered yet");
  static final SettingKey<Long> WRITE_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.write-timeout-ms",
          30_000,
          1,
          3_600_000,
          "How long an instance may take none of a body that waits for it");
  static final SettingKey<Integer> CLIENT_CONNECTIONS_PER_LOOP =
      SettingKey.integer(
          "balancer.client-connections-per-loop",
          10_000,
          1,
          1_000_000,
          "How many connections of clients each event loop takes; more are reset");
  static final SettingKey<Boolean> EXPOSE_INSTANCE =
      SettingKey.flag(
          "balancer.expose-instance", true, "Says in a Hawser-Instance header who answered");
  static final SettingKey<String> AFFINITY_SECRET_FILE =
      SettingKey.text(
          "balancer.affinity-secret-file",
          "",
          "A file with the secret of affinity cookies, the same on every node;"
              + " empty derives it from the cluster's name");

  static final int CONNECT_TIMEOUT_MS = 1_000;

  /**
   * Longer than a connection may take, so that a saturated pool is told from an instance that is
   * not there.
   */
  static final int POOL_TIMEOUT_MS = 1_500;

  /** Below the 5 s of the common servers that close first. */
  static final int KEEP_ALIVE_S = 4;

  static final int CONNECTIONS_PER_INSTANCE = 256;

  /** For what is tried again on a connection of its own. */
  static final int FRESH_CONNECTIONS_PER_INSTANCE = 64;

  static final int WAITING_PER_INSTANCE = 1_024;
  static final int IDLE_TIMEOUT_S = 60;
  static final int MAX_HEADER_BYTES = 16_384;
  static final int MAX_INITIAL_LINE_BYTES = 8_192;
  static final int ACCEPT_BACKLOG = 4_096;
  static final int MAX_TRIES = 3;

  /** How long a stop waits for requests that are not answered yet. */
  static final long DRAIN_MS = 30_000;

  /** Less than this of a body is no progress. */
  static final int BODY_PROGRESS_BYTES = 1_024;

  private BalancerSettings() {}

  static List<SettingKey<?>> all() {
    return List.of(
        RESPONSE_TIMEOUT_MS,
        HEAD_TIMEOUT_MS,
        BODY_TIMEOUT_MS,
        WRITE_TIMEOUT_MS,
        CLIENT_CONNECTIONS_PER_LOOP,
        EXPOSE_INSTANCE,
        AFFINITY_SECRET_FILE);
  }

  /** Blocks on the file: only on the start of the node. */
  static byte[] affinitySecret(Settings settings) {
    String file = settings.get(AFFINITY_SECRET_FILE);
    if (file.isEmpty()) {
      return settings.get(NodeSettings.CLUSTER_NAME).getBytes(StandardCharsets.UTF_8);
    }
    try {
      byte[] secret = Files.readAllBytes(Path.of(file));
      if (secret.length == 0) {
        throw new IllegalArgumentException(
            AFFINITY_SECRET_FILE.name() + " names an empty file: " + file);
      }
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException(AFFINITY_SECRET_FILE.name() + " cannot be read: " + file, e);
    }
  }
}
