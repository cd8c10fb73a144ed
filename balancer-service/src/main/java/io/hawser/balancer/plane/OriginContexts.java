package io.hawser.balancer.plane;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.OriginTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * TLS to the instances that ask for it in their metadata ({@link OriginTls}): with the certificates
 * that {@code balancer.origin-ca-file} names, or those that this JVM trusts. Thread-safe.
 */
public final class OriginContexts {
  private final SslContext verified;
  private final SslContext unverified;

  /**
   * @param caFile PEM; empty: what this JVM trusts
   * @throws IllegalArgumentException when it cannot be read
   */
  public OriginContexts(String caFile) {
    try {
      SslContextBuilder strict = builder().endpointIdentificationAlgorithm("HTTPS");
      this.verified = (caFile.isEmpty() ? strict : strict.trustManager(new File(caFile))).build();
      this.unverified =
          builder()
              .endpointIdentificationAlgorithm(null)
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("TLS to instances cannot be set up: " + e.getMessage(), e);
    }
  }

  private static SslContextBuilder builder() {
    return SslContextBuilder.forClient().protocols(List.of("TLSv1.3", "TLSv1.2"));
  }

  /** What has to stand in the pipeline of a connection to the instance; empty: nothing. */
  public Optional<SslHandler> handler(Endpoint endpoint, ByteBufAllocator allocator) {
    if (endpoint.tls() == OriginTls.NONE) {
      return Optional.empty();
    }
    SslContext context = endpoint.tls() == OriginTls.VERIFIED ? verified : unverified;
    SslHandler handler = context.newHandler(allocator, endpoint.host(), endpoint.port());
    handler.setHandshakeTimeoutMillis(BalancerSettings.CONNECT_TIMEOUT_MS);
    return Optional.of(handler);
  }
}
