package io.hawser.drill.kv;

/**
 * How an operation ended for its client, over all of its attempts.
 *
 * @param status of the last answer; 0 when there was none
 * @param version the value's version, as the store names it: an ETag; empty when it was not told
 * @param value what a read has found; empty otherwise
 */
public record KvResult(How how, int status, String version, String value, int attempts) {
  /** What is known of it. */
  public enum How {
    /** It took effect once. */
    DONE,
    /** Its condition did not hold, or there was no such key. */
    REFUSED,
    /** It was turned away before it could have any effect. */
    NOT_APPLIED,
    /** It may have had its effect, and may still have it. */
    UNKNOWN
  }

  /** The revision of the write that made this version; -1 when it was not told. */
  public long revision() {
    String digits = version.replace("\"", "");
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
  }
}
