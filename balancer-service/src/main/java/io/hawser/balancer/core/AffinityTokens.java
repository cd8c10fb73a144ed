package io.hawser.balancer.core;

import io.hawser.model.InstanceKey;
import io.hawser.model.Rendezvous;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The values of affinity cookies: for each instance the first 16 bytes of the HMAC-SHA256 of its
 * name. A value says nothing of the instance, and only who has the key can make one; all balancers
 * with the same key make the same.
 *
 * <p>Not thread-safe: owned by whoever builds the tables.
 */
public final class AffinityTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int TOKEN_BYTES = 16;
  private static final String PURPOSE = "hawser affinity 1";

  private final Mac mac;

  /**
   * @param secret what all balancers of a cluster share. When it is only the cluster's name, a
   *     client that knows the name can choose among the routable instances of a service, and no
   *     more than that
   */
  public AffinityTokens(byte[] secret) {
    try {
      // A key of our own, so that the secret is not used for two things.
      byte[] key = mac(secret.length == 0 ? new byte[1] : secret).doFinal(bytes(PURPOSE));
      this.mac = mac(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
    }
  }

  private static Mac mac(byte[] key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(ALGORITHM);
    mac.init(new SecretKeySpec(key, ALGORITHM));
    return mac;
  }

  String token(InstanceKey instance) {
    byte[] whole = mac.doFinal(bytes(instance.toString()));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(whole, TOKEN_BYTES));
  }

  /**
   * The name of a service's cookie. A hash, because a service's name may hold what a cookie's name
   * may not.
   */
  static String cookie(String service) {
    return "hawser-" + Long.toHexString(Rendezvous.hash(service));
  }

  /** The value of the cookie of this name in a Cookie header; empty when there is none. */
  public static String find(String header, String name) {
    for (String pair : header.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
        return pair.substring(equals + 1).strip();
      }
    }
    return "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
