package io.hawser.balancer.core.strategy;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws two by weight and takes the better one: close to the best of all, without all balancers
 * running to the same one (Mitzenmacher, "The power of two choices"). The better one has fewer
 * requests at work for its weight; or, when latency counts, fewer times how long it takes.
 */
final class TwoChoices implements Picker {
  private final RandomGenerator random;
  private final boolean latency;

  TwoChoices(RandomGenerator random, boolean latency) {
    this.random = random;
    this.latency = latency;
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs) {
    return pick(candidates, Weights.of(candidates, nowNs), latency, random, nowNs);
  }

  /** The same by any shares. */
  static int pick(
      List<? extends Candidate> candidates,
      double[] shares,
      boolean latency,
      RandomGenerator random,
      long nowNs) {
    int first = Weights.draw(shares, random);
    double share = shares[first];
    shares[first] = 0;
    int second = Weights.draw(shares, random);
    if (shares[second] <= 0) {
      return first;
    }
    double larger = Math.max(share, shares[second]);
    double one = cost(candidates.get(first), share / larger, latency, nowNs);
    double other = cost(candidates.get(second), shares[second] / larger, latency, nowNs);
    return one <= other ? first : second;
  }

  /**
   * @param share of the larger one of the two: what counts is how they differ, not whether weights
   *     are given in tens or hundreds, nor that all of a new fleet warm up
   */
  private static double cost(Candidate candidate, double share, boolean latency, long nowNs) {
    // What is idle costs the same whatever its share: the draw has counted that already, and an
    // instance that warms up would never win.
    double load = Math.max(0, candidate.active()) / share + 1;
    return latency ? load * Math.max(1, candidate.latencyNs(nowNs)) : load;
  }
}
