package io.hawser.monitor.core.alert;

import java.net.URI;

/**
 * The rules of delivering a notification: what counts as delivered, what is worth another try, and
 * when.
 */
public final class Delivery {
  public static final int MAX_TRIES = 3;

  private static final int TOO_MANY_REQUESTS = 429;

  private Delivery() {}

  public static boolean delivered(int status) {
    return status >= 200 && status < 300;
  }

  /**
   * A receiver that is overloaded or broken may take it later; one that does not want it never
   * will.
   */
  public static boolean worthRetry(int status) {
    return status >= 500 || status == TOO_MANY_REQUESTS;
  }

  /** Whether this can be a webhook's URL at all. */
  public static boolean usable(String url) {
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * How long to wait after a failed try: doubling, and spread over half to all of that so that
   * nodes do not return in step.
   *
   * @param tries so far, from 1
   * @param random from 0 to below 1
   */
  public static long delayMs(int tries, long backoffMs, double random) {
    long full = backoffMs << (tries - 1);
    return Math.max(1, full / 2 + (long) (full / 2.0 * random));
  }
}
