package io.hawser.failover.driver;

import java.net.URI;
import java.util.Locale;

/** Tells whether an instance's address is a node's own. Names are compared, not resolved. */
final class Hosts {
  private Hosts() {}

  /** Every loopback address is that of every node whose API is on one. */
  static boolean at(String apiUrl, String host) {
    String ofNode = plain(hostOf(apiUrl));
    String ofInstance = plain(host);
    return ofNode.equals(ofInstance) || (loopback(ofNode) && loopback(ofInstance));
  }

  private static String hostOf(String url) {
    try {
      String host = URI.create(url).getHost();
      return host == null ? "" : host;
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String plain(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return (bracketed ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
  }

  private static boolean loopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }
}
