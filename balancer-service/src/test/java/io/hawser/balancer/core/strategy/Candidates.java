package io.hawser.balancer.core.strategy;

import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Candidates made by hand. */
final class Candidates {
  /**
   * @param warm the part of its share that it gets
   */
  record Fixed(
      String id, int weight, int active, @Nullable LoadReport load, double warm, double answersInNs)
      implements Candidate {
    Fixed(String id, int weight, int active, @Nullable LoadReport load) {
      this(id, weight, active, load, 1, 0);
    }

    @Override
    public double ramp(long nowNs) {
      return warm;
    }

    @Override
    public double latencyNs(long nowNs) {
      return answersInNs;
    }

    @Override
    public InstanceKey key() {
      return new InstanceKey("echo", id);
    }
  }

  private Candidates() {}

  static Fixed weighted(String id, int weight) {
    return new Fixed(id, weight, 0, null);
  }

  static Fixed busy(String id, int weight, int active) {
    return new Fixed(id, weight, active, null);
  }

  /** One that warms up, idle. */
  static Fixed warming(String id, double warm, double answersInNs) {
    return new Fixed(id, 1, 0, null, warm, answersInNs);
  }

  static Fixed answering(String id, int active, double answersInNs) {
    return new Fixed(id, 1, active, null, 1, answersInNs);
  }

  static Fixed loaded(
      String id, double cpu, double memory, double responseTimeMs, long receivedNs) {
    return new Fixed(id, 1, 0, new LoadReport(cpu, memory, responseTimeMs, receivedNs));
  }

  static List<Fixed> equal(int count) {
    List<Fixed> candidates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      candidates.add(weighted("i" + i, 1));
    }
    return candidates;
  }

  /** How often each was picked in so many picks. */
  static Map<String, Integer> counts(Picker picker, List<Fixed> candidates, int picks) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < picks; i++) {
      counts.merge(candidates.get(picker.pick(candidates, 0)).id(), 1, Integer::sum);
    }
    return counts;
  }
}
