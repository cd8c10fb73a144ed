package io.hawser.balancer.core;

/**
 * Where one balancer stands with an instance that failed it. A value: each input gives the next
 * one.
 *
 * <pre>
 * trusted    --unreachable, or 3 requests in a row unanswered-->  ejected for 1 s
 * ejected    --its time is over-->       on probation: one request a second may try it
 * probation  --fails-->                  ejected for twice as long as before, 30 s at most
 * any        --answers a request that began after the ejection-->  trusted
 * </pre>
 *
 * @param lengthNs of the present or last ejection; 0 when it is trusted
 * @param unanswered requests in a row that were sent and not answered
 * @param probing whether somebody tries it until {@code untilNs}
 */
public record Ejection(long sinceNs, long untilNs, long lengthNs, int unanswered, boolean probing) {
  static final Ejection NONE = new Ejection(0, 0, 0, 0, false);
  static final long FIRST_NS = 1_000_000_000L;
  static final long LONGEST_NS = 30_000_000_000L;

  /** How long a probe keeps others away: as long as a connection attempt may take. */
  static final long PROBE_NS = 1_000_000_000L;

  static final int UNANSWERED_LIMIT = 3;

  /** Whether it may not be chosen now. */
  boolean ejected(long nowNs) {
    return lengthNs > 0 && nowNs - untilNs < 0;
  }

  /** Whether it was ejected and has not answered since. */
  boolean distrusted() {
    return lengthNs > 0;
  }

  /** Whether there is nothing against it. */
  boolean spotless() {
    return lengthNs == 0 && unanswered == 0;
  }

  /**
   * After an attempt that did not get a connection. Requests that fail while it is ejected already
   * say nothing new.
   */
  Ejection unreachable(long nowNs) {
    if (ejected(nowNs) && !probing) {
      return this;
    }
    long length = lengthNs == 0 ? FIRST_NS : Math.min(LONGEST_NS, lengthNs * 2);
    return new Ejection(nowNs, nowNs + length, length, 0, false);
  }

  /**
   * After a request that was sent and not answered: it may have been the request's fault, so one
   * alone does not eject.
   */
  Ejection unanswered(long nowNs) {
    if (distrusted() || unanswered + 1 >= UNANSWERED_LIMIT) {
      return unreachable(nowNs);
    }
    return new Ejection(sinceNs, untilNs, lengthNs, unanswered + 1, probing);
  }

  /** When a request is about to try it on probation. */
  Ejection probed(long nowNs) {
    return new Ejection(sinceNs, nowNs + PROBE_NS, lengthNs, unanswered, true);
  }

  /** After the head of an answer. An answer to what began before the ejection does not lift it. */
  Ejection answered(long startedNs) {
    return distrusted() && startedNs - sinceNs < 0 ? this : NONE;
  }
}
