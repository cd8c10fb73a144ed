package io.hawser.balancer.core;

/**
 * Where one balancer stands with an instance that failed it. A value: each input gives the next
 * one.
 *
 * <pre>
 * trusted    --unreachable, or 3 requests in a row unanswered, or 5 errors in a row,
 *              or an outlier among its peers-->  ejected for 1 s
 * ejected    --its time is over-->       on probation: one request a second may try it
 * probation  --fails-->                  ejected for twice as long as before, 30 s at most
 * any        --answers a request that began after the ejection-->  trusted
 * </pre>
 *
 * <p>To one that was ejected for its errors an error is no answer.
 *
 * @param lengthNs of the present or last ejection; 0 when it is trusted
 * @param unanswered requests in a row that were sent and not answered
 * @param errors answers in a row that only said that it could not answer
 * @param cause of the present or last ejection
 * @param probing whether somebody tries it until {@code untilNs}
 */
public record Ejection(
    long sinceNs,
    long untilNs,
    long lengthNs,
    int unanswered,
    int errors,
    Cause cause,
    boolean probing) {
  /** Why it is ejected. */
  public enum Cause {
    NOTHING,
    /** It takes no connections: nothing can be had from it, however bad the others are. */
    REFUSES,
    SILENT,
    ERRORS
  }

  static final Ejection NONE = new Ejection(0, 0, 0, 0, 0, Cause.NOTHING, false);
  static final long FIRST_NS = 1_000_000_000L;
  static final long LONGEST_NS = 30_000_000_000L;

  /** How long a probe keeps others away: as long as a connection attempt may take. */
  static final long PROBE_NS = 1_000_000_000L;

  static final int UNANSWERED_LIMIT = 3;
  static final int ERROR_LIMIT = 5;

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
    return lengthNs == 0 && unanswered == 0 && errors == 0;
  }

  /**
   * After an attempt that did not get a connection. Requests that fail while it is ejected already
   * say nothing new.
   */
  Ejection unreachable(long nowNs) {
    return eject(Cause.REFUSES, nowNs);
  }

  private Ejection eject(Cause why, long nowNs) {
    if (ejected(nowNs) && !probing) {
      // What refuses connections is worse than what errs.
      return why == Cause.REFUSES && cause != why
          ? new Ejection(sinceNs, untilNs, lengthNs, unanswered, errors, why, false)
          : this;
    }
    long length = lengthNs == 0 ? FIRST_NS : Math.min(LONGEST_NS, lengthNs * 2);
    return new Ejection(nowNs, nowNs + length, length, 0, 0, why, false);
  }

  /**
   * After a request that was sent and not answered: it may have been the request's fault, so one
   * alone does not eject.
   *
   * @param may whether it may be ejected, considering the others
   * @param outlier whether it fails far more than its peers
   */
  Ejection unanswered(boolean may, boolean outlier, long nowNs) {
    if (may && (distrusted() || outlier || unanswered + 1 >= UNANSWERED_LIMIT)) {
      return eject(Cause.SILENT, nowNs);
    }
    return new Ejection(sinceNs, untilNs, lengthNs, unanswered + 1, errors, cause, probing);
  }

  /**
   * After an answer that says no more than that it cannot answer.
   *
   * @param outlier whether it fails far more than its peers
   */
  Ejection erred(boolean may, boolean outlier, long nowNs) {
    boolean again = distrusted() && cause == Cause.ERRORS;
    if (may && (again || outlier || errors + 1 >= ERROR_LIMIT)) {
      return eject(Cause.ERRORS, nowNs);
    }
    return again ? this : new Ejection(sinceNs, untilNs, lengthNs, 0, errors + 1, cause, probing);
  }

  /** When a request is about to try it on probation. */
  Ejection probed(long nowNs) {
    return new Ejection(sinceNs, nowNs + PROBE_NS, lengthNs, unanswered, errors, cause, true);
  }

  /** After a whole answer. An answer to what began before the ejection does not lift it. */
  Ejection answered(long startedNs) {
    return distrusted() && startedNs - sinceNs < 0 ? this : NONE;
  }
}
