package io.hawser.drill.kv;

/**
 * How long a client waits.
 *
 * @param attemptMs for one answer; then it asks the next node
 * @param operationMs for the whole operation; then it gives up
 * @param pauseMs between an attempt that failed and the next
 */
public record Patience(int attemptMs, int operationMs, int pauseMs) {
  /** Of a client that wants to get through a change of leader. */
  public static final Patience USUAL = new Patience(1_000, 5_000, 20);
}
