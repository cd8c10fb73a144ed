package io.hawser.balancer.core.strategy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws two by weight times a score of their load, and takes the one that has less at work for
 * that:
 *
 * <pre>
 * score = 0.4 (1 - cpu) + 0.3 (1 - memory) + 0.3 / (1 + rt),  rt in units of 100 ms,  at least 0.05
 * </pre>
 *
 * <p>Processor and memory are what the instances say; the response time is what this node has seen
 * itself, and what they say only before it has. What is not known of one, or is over 60 s old, or
 * is no number, counts as the mean of the others; what is known of none counts for none.
 *
 * <p>The score is a share, not a rank: reports are seconds old, and if all balancers sent
 * everything to the best of the last report they would chase each other from one overloaded
 * instance to the next. What is at work now is no second old, and holds back what a report has
 * missed.
 */
final class DynamicScore implements Picker {
  static final long REPORT_LIFE_NS = 60_000_000_000L;
  static final double RESPONSE_TIME_UNIT_MS = 100;
  static final double FLOOR = 0.05;
  private static final double NS_PER_MS = 1e6;

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
    return TwoChoices.pick(candidates, shares, false, random, nowNs);
  }

  static double[] scores(List<? extends Candidate> candidates, long nowNs) {
    double[] scores = new double[candidates.size()];
    double[] times = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      Candidate candidate = candidates.get(i);
      LoadReport load = usable(candidate.load(), nowNs);
      scores[i] = load == null ? Double.NaN : room(load);
      times[i] = time(candidate.latencyNs(nowNs), load);
    }
    boolean noReports = fill(scores);
    boolean silent = fill(times) && noReports;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = silent ? 1 : Math.max(FLOOR, scores[i] + times[i]);
    }
    return scores;
  }

  /** What can be used of a report: all of it or nothing. */
  private static @Nullable LoadReport usable(@Nullable LoadReport load, long nowNs) {
    boolean good =
        load != null
            && nowNs - load.receivedNs() <= REPORT_LIFE_NS
            && !Double.isNaN(load.cpu() + load.memory() + load.responseTimeMs());
    return good ? load : null;
  }

  private static double room(LoadReport load) {
    return 0.4 * (1 - fraction(load.cpu())) + 0.3 * (1 - fraction(load.memory()));
  }

  private static double time(double seenNs, @Nullable LoadReport load) {
    if (seenNs <= 0 && load == null) {
      return Double.NaN;
    }
    double ms = seenNs > 0 || load == null ? seenNs / NS_PER_MS : load.responseTimeMs();
    return 0.3 / (1 + Math.max(0, ms) / RESPONSE_TIME_UNIT_MS);
  }

  /**
   * Puts the mean of what is known in place of what is not; 0 when nothing is.
   *
   * @return whether nothing is
   */
  private static boolean fill(double[] values) {
    double sum = 0;
    int known = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        known++;
      }
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? sum / Math.max(1, known) : values[i];
    }
    return known == 0;
  }

  private static double fraction(double value) {
    return Math.min(1, Math.max(0, value));
  }
}
