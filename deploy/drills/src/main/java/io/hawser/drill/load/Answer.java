package io.hawser.drill.load;

/**
 * What became of one request.
 *
 * @param intendedNs when it should have started, by {@link System#nanoTime}: latency counts from
 *     here
 * @param endNs when its outcome was known
 * @param node which of the targets was asked last, by its number
 * @param status the HTTP status; 0 when there was no answer
 * @param instance who answered; empty when nobody says so
 * @param failure why it failed; empty when it did not
 * @param turnedAway how many targets had turned it away before it was sent to one that took it
 */
public record Answer(
    long intendedNs,
    long endNs,
    int node,
    int status,
    String instance,
    String failure,
    int turnedAway) {
  public boolean failed() {
    return !failure.isEmpty();
  }

  /** From the intended start to the outcome. */
  public long latencyNs() {
    return endNs - intendedNs;
  }
}
