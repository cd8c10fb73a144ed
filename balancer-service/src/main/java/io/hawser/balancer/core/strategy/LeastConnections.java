package io.hawser.balancer.core.strategy;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chooses the one with the fewest requests at work for its weight; among equals by chance, so that
 * an idle pool is not served by its first instance alone.
 */
final class LeastConnections implements Picker {
  private final RandomGenerator random;

  LeastConnections(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs) {
    double[] weights = Weights.of(candidates, nowNs);
    double least = Double.POSITIVE_INFINITY;
    int chosen = 0;
    int equals = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] <= 0) {
        continue;
      }
      // The load that it would have with this request: else weight would count for nothing in an
      // idle pool.
      double load = (Math.max(0, candidates.get(i).active()) + 1) / weights[i];
      if (load < least) {
        least = load;
        chosen = i;
        equals = 1;
      } else if (load == least) {
        equals++;
        if (random.nextInt(equals) == 0) {
          chosen = i;
        }
      }
    }
    return chosen;
  }
}
