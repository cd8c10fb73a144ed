package io.hawser.balancer.plane;

import io.hawser.node.KeyPairs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;

/**
 * Whether a key is that of its certificate. Who renews them replaces two files one after the other,
 * and in between no client could connect.
 */
final class KeyCheck {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** Of the keys that are looked at. */
  private static final Set<String> ALGORITHMS = Set.of("RSA", "EC", "EdDSA");

  private KeyCheck() {}

  /**
   * Takes what cannot be looked at, as keys of other kinds or in other clothes, for good: whether
   * it can be used is seen when it is.
   *
   * @throws IOException when the key is another one's
   */
  static void check(Path certificate, Path key) throws IOException {
    String text = Files.readString(key, StandardCharsets.ISO_8859_1);
    int from = text.indexOf(BEGIN);
    int to = text.indexOf(END);
    if (from < 0 || to < from) {
      return;
    }
    boolean fits;
    try (InputStream in = Files.newInputStream(certificate)) {
      PublicKey known =
          CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
      byte[] bytes = Base64.getMimeDecoder().decode(text.substring(from + BEGIN.length(), to));
      fits = fits(known, bytes);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(certificate + " or its key cannot be read: " + e.getMessage(), e);
    }
    if (!fits) {
      throw new IOException(key + " is not the key of " + certificate);
    }
  }

  private static boolean fits(PublicKey known, byte[] key) throws GeneralSecurityException {
    if (!ALGORITHMS.contains(known.getAlgorithm())) {
      return true;
    }
    PrivateKey own =
        KeyFactory.getInstance(known.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(key));
    return KeyPairs.belong(own, known);
  }
}
