package io.hawser.balancer.core;

import io.hawser.model.Facet.Registration;
import java.util.Locale;

/** Whether requests go to an instance over TLS: its own metadata say so. */
public enum OriginTls {
  NONE,
  /** Its certificate has to be good, and for the host that it registered. */
  VERIFIED,
  /** Whatever its certificate is. */
  UNVERIFIED;

  /** The key in the metadata: {@code true}, {@code unverified}; anything else is plain. */
  public static final String KEY = "hawser.tls";

  static OriginTls of(Registration registration) {
    return switch (registration.meta().getOrDefault(KEY, "").toLowerCase(Locale.ROOT)) {
      case "true" -> VERIFIED;
      case "unverified" -> UNVERIFIED;
      default -> NONE;
    };
  }
}
