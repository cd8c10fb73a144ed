package io.hawser.balancer.plane;

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
public final class BalancerSettings {
  public static final SettingKey<Long> RESPONSE_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.response-timeout-ms",
          30_000,
          1,
          3_600_000,
          "How long an instance may take from the end of the request to the head of its answer;"
              + " before that, how long it may take until one takes the request");
  public static final SettingKey<Long> TRY_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.try-timeout-ms",
          5_000,
          1,
          3_600_000,
          "After which a request that may be repeated is tried at another instance, if there is one"
              + " that nothing is held against");
  public static final SettingKey<Boolean> PREFER_ZONE =
      SettingKey.flag(
          "balancer.prefer-zone",
          false,
          "Sends requests to instances of the node's own zone, as long as there are enough");
  public static final SettingKey<Long> HEAD_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.head-timeout-ms",
          10_000,
          1,
          3_600_000,
          "How long the head of a request may take from its first byte on, and the setting up of"
              + " TLS");
  public static final SettingKey<Long> BODY_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.body-timeout-ms",
          10_000,
          1,
          3_600_000,
          "How long a client may take for each next KiB of a body that is not answered yet");
  public static final SettingKey<Long> WRITE_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.write-timeout-ms",
          30_000,
          1,
          3_600_000,
          "How long an instance may take none of a body that waits for it");
  public static final SettingKey<Long> IDLE_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.idle-timeout-ms",
          60_000,
          1,
          3_600_000,
          "How long a client's connection may wait for its next request");
  public static final SettingKey<Long> STREAM_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.stream-timeout-ms",
          60_000,
          1,
          3_600_000,
          "How long an answer that has begun may stand still before it is cut off");
  public static final SettingKey<Long> TUNNEL_TIMEOUT_MS =
      SettingKey.millis(
          "balancer.tunnel-timeout-ms",
          3_600_000,
          1,
          86_400_000,
          "How long a WebSocket or another tunnel may be silent before it is cut off");
  public static final SettingKey<Boolean> SERVE_HALF_CLOSED =
      SettingKey.flag(
          "balancer.serve-half-closed",
          false,
          "Answers clients that end their side after the request; else that takes it back");
  public static final SettingKey<String> TRUSTED_PROXIES =
      SettingKey.text(
          "balancer.trusted-proxies",
          "",
          "Comma-separated addresses and networks (10.0.0.0/8, fd00::/8) of proxies whose"
              + " X-Forwarded-* and Forwarded fields are believed");
  public static final SettingKey<String> TRANSPORT =
      SettingKey.choice(
          "balancer.transport",
          Transport.AUTO,
          Transport.NAMES,
          "How the proxy talks to the kernel; auto is epoll where there is epoll");
  public static final SettingKey<Integer> LOOPS =
      SettingKey.integer(
          "balancer.loops",
          0,
          0,
          1_024,
          "Event loops of the proxy, each with a listener of its own; 0: one for each processor");
  public static final SettingKey<Integer> CLIENT_CONNECTIONS_PER_LOOP =
      SettingKey.integer(
          "balancer.client-connections-per-loop",
          10_000,
          1,
          1_000_000,
          "How many connections of clients each event loop takes, if the limit of open files allows"
              + " it; more are reset");
  public static final SettingKey<Integer> CONNECTIONS_PER_INSTANCE =
      SettingKey.integer(
          "balancer.connections-per-instance",
          256,
          1,
          65_535,
          "How many connections each event loop has to an instance, tunnels apart; requests wait"
              + " for one");
  public static final SettingKey<Integer> REQUESTS_PER_INSTANCE =
      SettingKey.integer(
          "balancer.requests-per-instance",
          1_024,
          1,
          1_000_000,
          "How many requests of this node are at work at an instance or wait for a connection to"
              + " it, tunnels apart; more go elsewhere");
  public static final SettingKey<Long> MAX_BODY_BYTES =
      SettingKey.millis(
          "balancer.max-body-bytes",
          0,
          0,
          Long.MAX_VALUE,
          "The longest body of a request; longer ones are answered with 413; 0: any");
  public static final SettingKey<Long> CONNECTION_AGE_MS =
      SettingKey.millis(
          "balancer.connection-age-ms",
          3_600_000,
          1_000,
          604_800_000,
          "After which a client is asked to connect anew, give or take a tenth");
  public static final SettingKey<Integer> CONNECTION_REQUESTS =
      SettingKey.integer(
          "balancer.connection-requests",
          100_000,
          1,
          Integer.MAX_VALUE,
          "After how many requests a client is asked to connect anew, give or take a tenth");
  public static final SettingKey<Integer> TLS_PORT =
      SettingKey.integer(
          "balancer.tls-port",
          8443,
          0,
          65_535,
          "Traffic to the services over TLS, when there is a balancer.tls-directory");
  public static final SettingKey<String> TLS_DIRECTORY =
      SettingKey.text(
          "balancer.tls-directory",
          "",
          "Where HOST.crt and HOST.key (PEM) of the TLS port are, and default.crt and default.key;"
              + " changes are taken in");
  public static final SettingKey<String> ORIGIN_CA_FILE =
      SettingKey.text(
          "balancer.origin-ca-file",
          "",
          "Certificates (PEM) that vouch for instances with hawser.tls in their metadata;"
              + " empty: those that the JVM trusts");
  public static final SettingKey<String> ACCESS_LOG =
      SettingKey.text(
          "balancer.access-log",
          "",
          "A file that gets a line of JSON for each request; empty: none");
  public static final SettingKey<Boolean> EXPOSE_INSTANCE =
      SettingKey.flag(
          "balancer.expose-instance", true, "Says in a Hawser-Instance header who answered");
  public static final SettingKey<String> AFFINITY_SECRET_FILE =
      SettingKey.text(
          "balancer.affinity-secret-file",
          "",
          "A file with the secret of affinity cookies, the same on every node;"
              + " empty derives it from the cluster's name");

  public static final int CONNECT_TIMEOUT_MS = 1_000;

  /** How long a request may wait for a connection to its instance when all are at work. */
  public static final int QUEUE_TIMEOUT_MS = 1_500;

  /** Below the 5 s of the common servers that close first. */
  public static final int KEEP_ALIVE_S = 4;

  public static final int WAITING_PER_INSTANCE = 1_024;
  public static final int MAX_HEADER_BYTES = 16_384;
  public static final int MAX_INITIAL_LINE_BYTES = 8_192;
  public static final int ACCEPT_BACKLOG = 4_096;
  public static final int MAX_TRIES = 3;

  /** How long a stop waits for requests that are not answered yet. */
  public static final long DRAIN_MS = 30_000;

  /** Less than this of a body is no progress. */
  public static final int BODY_PROGRESS_BYTES = 1_024;

  private BalancerSettings() {}

  public static List<SettingKey<?>> all() {
    return List.of(
        RESPONSE_TIMEOUT_MS,
        TRY_TIMEOUT_MS,
        PREFER_ZONE,
        HEAD_TIMEOUT_MS,
        BODY_TIMEOUT_MS,
        WRITE_TIMEOUT_MS,
        IDLE_TIMEOUT_MS,
        STREAM_TIMEOUT_MS,
        TUNNEL_TIMEOUT_MS,
        SERVE_HALF_CLOSED,
        TRUSTED_PROXIES,
        TRANSPORT,
        LOOPS,
        CLIENT_CONNECTIONS_PER_LOOP,
        CONNECTIONS_PER_INSTANCE,
        REQUESTS_PER_INSTANCE,
        MAX_BODY_BYTES,
        CONNECTION_AGE_MS,
        CONNECTION_REQUESTS,
        TLS_PORT,
        TLS_DIRECTORY,
        ORIGIN_CA_FILE,
        ACCESS_LOG,
        EXPOSE_INSTANCE,
        AFFINITY_SECRET_FILE);
  }

  /** Blocks on the file: only on the start of the node. */
  public static byte[] affinitySecret(Settings settings) {
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
