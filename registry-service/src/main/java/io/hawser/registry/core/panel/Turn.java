package io.hawser.registry.core.panel;

/**
 * The place of an observer among those that look at an instance in turn.
 *
 * @param rank from 0
 * @param of how many there are
 */
public record Turn(int rank, int of) {
  public static final Turn ALONE = new Turn(0, 1);
}
