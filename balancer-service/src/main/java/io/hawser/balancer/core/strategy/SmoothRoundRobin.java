package io.hawser.balancer.core.strategy;

import io.hawser.model.InstanceKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Smooth weighted round robin, as nginx does it: each turn every candidate gains its weight, the
 * richest is chosen and pays the sum of all weights. Over as many turns as that sum each is chosen
 * as often as its weight says, spread as evenly as can be.
 *
 * <p>What each has gained is kept by name, not by place: the list may shrink, grow or be put in
 * another order between two turns without a turn that goes nowhere. Each picker starts somewhere
 * else in the round, so that several event loops and balancers do not all start with the same
 * instance.
 */
final class SmoothRoundRobin implements Picker {
  private static final class Credit {
    double value;
  }

  /** Credits kept beyond twice the candidates before those of the vanished are dropped. */
  private static final int SPARE = 16;

  private final RandomGenerator random;
  private final Map<InstanceKey, Credit> credits = new HashMap<>();

  SmoothRoundRobin(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs) {
    if (credits.isEmpty()) {
      for (int skipped = random.nextInt(candidates.size()); skipped > 0; skipped--) {
        int unused = turn(candidates, nowNs);
      }
    }
    int chosen = turn(candidates, nowNs);
    if (credits.size() > 2 * candidates.size() + SPARE) {
      forget(candidates);
    }
    return chosen;
  }

  private int turn(List<? extends Candidate> candidates, long nowNs) {
    double[] weights = Weights.of(candidates, nowNs);
    Credit richest = null;
    int chosen = 0;
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] <= 0) {
        continue;
      }
      Credit credit = credits.computeIfAbsent(candidates.get(i).key(), key -> new Credit());
      credit.value += weights[i];
      total += weights[i];
      if (richest == null || credit.value > richest.value) {
        richest = credit;
        chosen = i;
      }
    }
    if (richest != null) {
      richest.value -= total;
    }
    return chosen;
  }

  /** For how many names something is kept. */
  int remembered() {
    return credits.size();
  }

  private void forget(List<? extends Candidate> candidates) {
    Set<InstanceKey> present = new HashSet<>();
    candidates.forEach(candidate -> present.add(candidate.key()));
    credits.keySet().retainAll(present);
  }
}
