package io.hawser.node;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Which private key belongs to which public one. Without state. */
public final class KeyPairs {
  private static final byte[] TEXT = "hawser".getBytes(StandardCharsets.US_ASCII);

  private KeyPairs() {}

  /**
   * Whether what the one signs, the other verifies.
   *
   * @throws GeneralSecurityException when they cannot be tried together, as they are of different
   *     algorithms, or of one that this JDK does not sign with by its name
   */
  public static boolean belong(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(TEXT);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(TEXT);
    return signature.verify(signed);
  }
}
