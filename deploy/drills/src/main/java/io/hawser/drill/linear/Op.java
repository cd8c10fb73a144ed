package io.hawser.drill.linear;

import java.util.concurrent.TimeUnit;

/**
 * One operation as its client saw it. An operation of unknown outcome has an open end: it may take
 * effect at any time after its start, or never.
 *
 * @param client who asked, by its number
 * @param seen the value that a {@link Call.Get} returned; else {@link Call#ABSENT}
 * @param startNs before it was first sent, on one monotonic clock for all clients
 * @param endNs after its answer had come; {@link #OPEN} when the outcome is unknown
 */
public record Op(
    int client, String key, Call call, Outcome outcome, String seen, long startNs, long endNs) {
  /** The end of an operation that has none. */
  public static final long OPEN = Long.MAX_VALUE;

  /** How it ended for its client. */
  public enum Outcome {
    /** It took effect, or the read has a value. */
    DONE,
    /** It was answered, and its condition did not hold. */
    REFUSED,
    /** Nobody knows. */
    UNKNOWN
  }

  public Op {
    if (outcome == Outcome.UNKNOWN) {
      endNs = OPEN;
    }
    if (endNs - startNs < 0) {
      throw new IllegalArgumentException("an operation that ends before it starts: " + call);
    }
  }

  boolean open() {
    return outcome == Outcome.UNKNOWN;
  }

  /** As a line for people, in milliseconds after some origin. */
  public String line(long originNs) {
    String what =
        switch (call) {
          case Call.Get g -> "get -> " + named(seen);
          case Call.Put(String value) -> "put " + value;
          case Call.Delete d -> "delete";
          case Call.CompareAndSet(String expected, String value) ->
              "cas " + named(expected) + " to " + named(value);
        };
    String end = open() ? "..." : "%.3f".formatted(ms(endNs - originNs));
    return "client %d  %s  [%.3f, %s] ms  %s"
        .formatted(client, what, ms(startNs - originNs), end, outcome);
  }

  private static String named(String value) {
    return value.equals(Call.ABSENT) ? "absent" : value;
  }

  private static double ms(long ns) {
    return ns / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }
}
