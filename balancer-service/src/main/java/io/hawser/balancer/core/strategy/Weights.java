package io.hawser.balancer.core.strategy;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The shares of candidates, and a draw by them. */
final class Weights {
  private Weights() {}

  /**
   * The weight of each; 1 for all when none is above 0, so that there is always something to
   * divide.
   */
  static double[] of(List<? extends Candidate> candidates, long nowNs) {
    double[] weights = new double[candidates.size()];
    boolean any = false;
    for (int i = 0; i < weights.length; i++) {
      Candidate candidate = candidates.get(i);
      weights[i] = Math.max(0, candidate.weight()) * candidate.ramp(nowNs);
      any |= weights[i] > 0;
    }
    if (!any) {
      Arrays.fill(weights, 1);
    }
    return weights;
  }

  /** An index, drawn with the probability of its share. One without a share is never drawn. */
  static int draw(double[] shares, RandomGenerator random) {
    double total = 0;
    for (double share : shares) {
      total += share;
    }
    double at = random.nextDouble() * total;
    int last = 0;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        last = i;
        at -= shares[i];
        if (at < 0) {
          return i;
        }
      }
    }
    // Rounding may leave the smallest of rests.
    return last;
  }
}
