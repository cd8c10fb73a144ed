package io.hawser.balancer.core.strategy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws by weight times a score of what the instances say of their load:
 *
 * <pre>
 * score = 0.4 (1 - cpu) + 0.3 (1 - memory) + 0.3 / (1 + rt),  rt in units of 100 ms,  at least 0.05
 * </pre>
 *
 * <p>The score is a share, not a rank: reports are seconds old, and if all balancers sent
 * everything to the best of the last report they would chase each other from one overloaded
 * instance to the next. A report over 60 s old, or one that is no number, counts as the mean of the
 * others.
 */
final class DynamicScore implements Picker {
  static final long REPORT_LIFE_NS = 60_000_000_000L;
  static final double RESPONSE_TIME_UNIT_MS = 100;
  static final double FLOOR = 0.05;

  private final RandomGenerator random;

  DynamicScore(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs) {
    double[] shares = Weights.of(candidates, nowNs);
    double[] scores = scores(candidates, nowNs);
    for (int i = 0; i < shares.length; i++) {
      shares[i] *= scores[i];
    }
    return Weights.draw(shares, random);
  }

  static double[] scores(List<? extends Candidate> candidates, long nowNs) {
    double[] scores = new double[candidates.size()];
    double sum = 0;
    int known = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(candidates.get(i).load(), nowNs);
      if (!Double.isNaN(scores[i])) {
        sum += scores[i];
        known++;
      }
    }
    double mean = known == 0 ? 1 : sum / known;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Double.isNaN(scores[i]) ? mean : scores[i];
    }
    return scores;
  }

  /** NaN when the report says nothing that could be used. */
  private static double score(@Nullable LoadReport load, long nowNs) {
    if (load == null || nowNs - load.receivedNs() > REPORT_LIFE_NS) {
      return Double.NaN;
    }
    double responseTime = Math.max(0, load.responseTimeMs()) / RESPONSE_TIME_UNIT_MS;
    double score =
        0.4 * (1 - fraction(load.cpu()))
            + 0.3 * (1 - fraction(load.memory()))
            + 0.3 / (1 + responseTime);
    return Math.max(FLOOR, score);
  }

  private static double fraction(double value) {
    return Math.min(1, Math.max(0, value));
  }
}
