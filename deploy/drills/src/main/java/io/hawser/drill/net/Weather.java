package io.hawser.drill.net;

/**
 * What a proxy does to its connections.
 *
 * @param figure milliseconds of delay, or bytes per second; else 0
 */
public record Weather(Kind kind, long figure) {
  public static final Weather FINE = new Weather(Kind.FINE, 0);

  /** What can happen. */
  public enum Kind {
    /** Nothing: bytes are passed on. */
    FINE,
    /** Every chunk is held back. */
    DELAY,
    /** No more than so many bytes pass in a second, in each direction. */
    BANDWIDTH,
    /** Connections are reset, those that there are and new ones. */
    RESET,
    /** The target's side is gone and the client is not told: what it sends is swallowed. */
    HALF_OPEN,
    /** Connections are accepted and nothing passes, in either direction. */
    BLACK_HOLE
  }

  public static Weather delay(long ms) {
    return new Weather(Kind.DELAY, ms);
  }

  public static Weather bandwidth(long bytesPerSecond) {
    return new Weather(Kind.BANDWIDTH, bytesPerSecond);
  }

  public static Weather of(Kind kind) {
    return new Weather(kind, 0);
  }
}
