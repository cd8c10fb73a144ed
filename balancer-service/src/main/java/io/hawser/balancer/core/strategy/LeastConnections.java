package io.hawser.balancer.core.strategy;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chooses the one with the fewest requests at work for its weight; among equals by chance and
 * weight, so that an idle pool is not served by its first instance alone. What is idle counts as
 * equal whatever its weight, as in HAProxy: else one that warms up would get nothing at little
 * load.
 */
final class LeastConnections implements Picker {
  private final RandomGenerator random;

  LeastConnections(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs) {
    double[] shares = Weights.of(candidates, nowNs);
    double warmest = warmest(candidates, nowNs);
    double least = Double.POSITIVE_INFINITY;
    double equals = 0;
    int chosen = 0;
    for (int i = 0; i < shares.length; i++) {
      double ramp = candidates.get(i).ramp(nowNs);
      if (shares[i] <= 0 || sitsOut(ramp / warmest)) {
        continue;
      }
      double load = load(candidates.get(i), shares[i]);
      // Sitting out has counted how warm it is.
      double weight = shares[i] / ramp;
      if (load < least) {
        least = load;
        chosen = i;
        equals = weight;
      } else if (load == least) {
        equals += weight;
        if (random.nextDouble() * equals < weight) {
          chosen = i;
        }
      }
    }
    return chosen;
  }

  /**
   * One that warms up is not asked each time: it is the idlest for as long as it gets little, and
   * would get more than its share.
   */
  private boolean sitsOut(double part) {
    return part < 1 && random.nextDouble() >= part;
  }

  private static double warmest(List<? extends Candidate> candidates, long nowNs) {
    double warmest = 0;
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      boolean counts = candidate.weight() > 0 || warmest == 0;
      warmest = counts ? Math.max(warmest, candidate.ramp(nowNs)) : warmest;
    }
    return warmest;
  }

  private static double load(Candidate candidate, double share) {
    int active = Math.max(0, candidate.active());
    return active == 0 ? 0 : (active + 1) / share;
  }
}
