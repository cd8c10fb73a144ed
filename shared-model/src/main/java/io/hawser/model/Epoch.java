package io.hawser.model;

/**
 * A fencing number: each new holder of a role gets a higher one, and whoever acts on a role refuses
 * lower ones.
 */
@Wire(129)
public record Epoch(long value) implements Comparable<Epoch> {
  /** Lower than every epoch that was ever granted. */
  public static final Epoch NONE = new Epoch(0);

  public Epoch {
    if (value < 0) {
      throw new IllegalArgumentException("an epoch is never negative, got " + value);
    }
  }

  public Epoch next() {
    return new Epoch(Math.addExact(value, 1));
  }

  public boolean newerThan(Epoch other) {
    return value > other.value;
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }
}
