package io.hawser.registry.core;

/**
 * Which share of the beats that were due has not come lately, over all instances that this node
 * observes: what is lost on the way is lost to many. Not thread-safe: owned by one verticle. Soft
 * state.
 */
final class Losses {
  /** The beats that it looks back on. */
  private static final int MEMORY = 1_024;

  /** So few say nothing. */
  private static final int ENOUGH = 200;

  private int count;
  private double share;

  /** A beat has come, after so many that did not. */
  void note(int lost) {
    for (int i = 0; i <= lost; i++) {
      count = Math.min(count + 1, MEMORY);
      share += ((i < lost ? 1 : 0) - share) / count;
    }
  }

  /** Whether enough beats have come to say. */
  boolean known() {
    return count >= ENOUGH;
  }

  /** From 0 to 1; 0 as long as it is not known. */
  double share() {
    return known() ? share : 0;
  }
}
