package io.hawser.sim;

/**
 * How a link treats a message. Delays differ from message to message, so that one overtakes the
 * other.
 *
 * @param loss the part of all messages that is lost, 0 to 1
 * @param repetition the part that arrives twice
 */
public record Faults(double loss, double repetition, long minDelayMs, long maxDelayMs) {
  /** A link as it should be. */
  public static final Faults NONE = new Faults(0, 0, 1, 5);

  public Faults {
    if (minDelayMs < 0 || maxDelayMs < minDelayMs) {
      throw new IllegalArgumentException("bad delays " + minDelayMs + " to " + maxDelayMs);
    }
  }
}
