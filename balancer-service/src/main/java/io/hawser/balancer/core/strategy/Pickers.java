package io.hawser.balancer.core.strategy;

import io.hawser.model.Facet.Strategy;
import java.util.random.RandomGenerator;

/** Makes the picker of each strategy. */
public final class Pickers {
  private Pickers() {}

  public static Picker of(Strategy strategy, RandomGenerator random) {
    return switch (strategy) {
      case ROUND_ROBIN -> new SmoothRoundRobin(random);
      case WEIGHTED_RANDOM -> new WeightedRandom(random);
      case LEAST_CONNECTIONS -> new LeastConnections(random);
      case DYNAMIC_SCORE -> new DynamicScore(random);
      case TWO_CHOICES -> new TwoChoices(random, false);
      case PEAK_EWMA -> new TwoChoices(random, true);
      case CONSISTENT_HASH -> new ConsistentHash(random);
    };
  }
}
