package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.node.KeyPairs;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * TLS between the event buses of nodes, with certificates on both sides: a node takes connections
 * from, and makes them to, nothing but holders of a certificate of the cluster's own CA. Vert.x
 * does not compare host names on the bus, so a certificate of that CA is all that it takes: the CA
 * must sign for nothing else.
 */
final class BusTls {
  static final SettingKey<Boolean> ENABLED =
      SettingKey.flag(
          "bus.tls.enabled", false, "TLS with client certificates between nodes' event buses");
  static final SettingKey<String> CERT_FILE =
      SettingKey.text("bus.tls.cert-file", "", "This node's certificate (PEM)");
  static final SettingKey<String> KEY_FILE =
      SettingKey.text("bus.tls.key-file", "", "Its private key (PEM, PKCS#8, not encrypted)");
  static final SettingKey<String> CA_FILE =
      SettingKey.text("bus.tls.ca-file", "", "The CA that signs for this cluster's nodes (PEM)");

  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  private BusTls() {}

  static List<SettingKey<?>> settings() {
    return List.of(ENABLED, CERT_FILE, KEY_FILE, CA_FILE);
  }

  /**
   * Sets the options up, when TLS is enabled.
   *
   * @throws StartFailure when a file is missing or the three do not fit together: found here, as
   *     Vert.x would only say that no peer answers
   */
  static EventBusOptions apply(Settings settings, EventBusOptions options) {
    if (!settings.get(ENABLED)) {
      return options;
    }
    Path cert = file(settings, CERT_FILE);
    Path key = file(settings, KEY_FILE);
    Path ca = file(settings, CA_FILE);
    check(cert, key, ca);
    return options
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions().setCertPath(cert.toString()).setKeyPath(key.toString()))
        .setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()))
        // Vert.x's default for the bus is to trust everybody and to ask clients for nothing.
        .setTrustAll(false)
        .setClientAuth(ClientAuth.REQUIRED)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
  }

  private static Path file(Settings settings, SettingKey<String> key) {
    String text = settings.get(key);
    if (text.isBlank()) {
      throw bad("bus.tls.enabled needs " + key.name() + ", which is not set");
    }
    Path file = Path.of(text).toAbsolutePath();
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw bad(key.name() + " is " + file + ", which is no file that can be read");
    }
    return file;
  }

  private static void check(Path certFile, Path keyFile, Path caFile) {
    List<X509Certificate> chain = certificates(CERT_FILE, certFile);
    PrivateKey key = privateKey(keyFile, chain.getFirst().getPublicKey().getAlgorithm());
    if (!belong(key, chain.getFirst().getPublicKey())) {
      throw bad("the key in " + keyFile + " is not the one of the certificate in " + certFile);
    }
    List<X509Certificate> authorities = certificates(CA_FILE, caFile);
    try {
      PKIXParameters parameters =
          new PKIXParameters(
              authorities.stream()
                  .map(authority -> new TrustAnchor(authority, null))
                  .collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false);
      Object unused =
          CertPathValidator.getInstance("PKIX")
              .validate(
                  CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    } catch (GeneralSecurityException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          message(
              "the certificate in "
                  + certFile
                  + " is not valid under the CA in "
                  + caFile
                  + ": "
                  + e.getMessage()),
          e);
    }
  }

  private static List<X509Certificate> certificates(SettingKey<String> key, Path file) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
      throw bad(key.name() + " is " + file + ", which holds no certificate");
    } catch (GeneralSecurityException | IOException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          message(key.name() + " is " + file + ", which holds no certificate: " + e.getMessage()),
          e);
    }
  }

  private static PrivateKey privateKey(Path file, String algorithm) {
    try {
      Matcher pem =
          PKCS8.matcher(new String(read(file), java.nio.charset.StandardCharsets.US_ASCII));
      if (!pem.find()) {
        throw bad(
            "bus.tls.key-file is "
                + file
                + ", which holds no unencrypted PKCS#8 key (BEGIN PRIVATE KEY); 'openssl pkcs8"
                + " -topk8 -nocrypt' makes one of most others");
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          message(
              "bus.tls.key-file is "
                  + file
                  + ", which holds no key for the certificate's "
                  + algorithm
                  + ": "
                  + e.getMessage()),
          e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException("larger than " + MAX_FILE_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }

  private static boolean belong(PrivateKey key, PublicKey certified) {
    try {
      return KeyPairs.belong(key, certified);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static StartFailure bad(String what) {
    return new StartFailure(StartFailure.BAD_SETTINGS, message(what));
  }

  private static String message(String what) {
    return "TLS of the event bus: " + what + ". See docs/bus.md, or set bus.tls.enabled: false.";
  }
}
