package io.hawser.balancer.proxy;

import io.hawser.balancer.plane.BalancerSettings;
import io.hawser.balancer.plane.OpenFiles;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;

/** The settings of a loop, read once. */
record Limits(
    long responseNs,
    long tryNs,
    long headNs,
    long bodyNs,
    long writeNs,
    long idleNs,
    long streamNs,
    long tunnelNs,
    boolean serveHalfClosed,
    TrustedProxies trusted,
    int clients,
    boolean exposeInstance,
    long bodyBytes,
    long connectionNs,
    int connectionRequests,
    int instanceConnections,
    int instanceRequests) {

  /**
   * @param loops among which the files that may be open are parted
   */
  static Limits of(Settings settings, int loops) {
    long body = settings.get(BalancerSettings.MAX_BODY_BYTES);
    return new Limits(
        ns(settings, BalancerSettings.RESPONSE_TIMEOUT_MS),
        ns(settings, BalancerSettings.TRY_TIMEOUT_MS),
        ns(settings, BalancerSettings.HEAD_TIMEOUT_MS),
        ns(settings, BalancerSettings.BODY_TIMEOUT_MS),
        ns(settings, BalancerSettings.WRITE_TIMEOUT_MS),
        ns(settings, BalancerSettings.IDLE_TIMEOUT_MS),
        ns(settings, BalancerSettings.STREAM_TIMEOUT_MS),
        ns(settings, BalancerSettings.TUNNEL_TIMEOUT_MS),
        settings.get(BalancerSettings.SERVE_HALF_CLOSED),
        TrustedProxies.of(settings.get(BalancerSettings.TRUSTED_PROXIES)),
        OpenFiles.clients(
            settings.get(BalancerSettings.CLIENT_CONNECTIONS_PER_LOOP), loops, OpenFiles.most()),
        settings.get(BalancerSettings.EXPOSE_INSTANCE),
        body == 0 ? Long.MAX_VALUE : body,
        ns(settings, BalancerSettings.CONNECTION_AGE_MS),
        settings.get(BalancerSettings.CONNECTION_REQUESTS),
        settings.get(BalancerSettings.CONNECTIONS_PER_INSTANCE),
        settings.get(BalancerSettings.REQUESTS_PER_INSTANCE));
  }

  private static long ns(Settings settings, SettingKey<Long> key) {
    return settings.get(key) * 1_000_000;
  }
}
