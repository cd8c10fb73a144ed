package io.hawser.storage.transport;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

/**
 * Certificates in PEM files. Both sides must show one that the authority has signed; host names are
 * not looked at, since a node's address may change: who it is, the greeting says.
 *
 * @param certificate path of this node's certificate
 * @param key path of its private key
 * @param authority path of the certificate of the authority that signs the nodes'
 */
public record TransportTls(String certificate, String key, String authority) {
  private static final long HANDSHAKE_S = 2;

  void applyTo(NetServerOptions options) {
    options
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(new PemKeyCertOptions().addCertPath(certificate).addKeyPath(key))
        .setTrustOptions(new PemTrustOptions().addCertPath(authority));
  }

  void applyTo(NetClientOptions options) {
    options
        .setSsl(true)
        .setTrustAll(false)
        .setSslHandshakeTimeout(HANDSHAKE_S)
        .setHostnameVerificationAlgorithm("")
        .setKeyCertOptions(new PemKeyCertOptions().addCertPath(certificate).addKeyPath(key))
        .setTrustOptions(new PemTrustOptions().addCertPath(authority));
  }
}
