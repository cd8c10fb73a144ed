package io.hawser.failover.core;

/**
 * What a decision on one service has to know of all the others.
 *
 * @param term the epoch of the lease under which it is decided
 * @param massFailure whether so much fails at once that nothing should be promoted
 * @param failoversInMinute how many failovers of all services were begun within the last minute
 */
public record Surroundings(long term, boolean massFailure, int failoversInMinute) {
  /** Nothing is the matter with the others. */
  public static Surroundings calm(long term) {
    return new Surroundings(term, false, 0);
  }
}
