package io.hawser.balancer.core.strategy;

import java.util.List;
import java.util.random.RandomGenerator;

/** Draws by weight. Keeps nothing, so that any number of balancers together are as fair as one. */
final class WeightedRandom implements Picker {
  private final RandomGenerator random;

  WeightedRandom(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs) {
    return Weights.draw(Weights.of(candidates, nowNs), random);
  }
}
