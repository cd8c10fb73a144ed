package io.hawser.balancer.core.strategy;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Keeps equal keys with the same instance, by weighted rendezvous: when one comes or goes, only the
 * keys move that are its own. One that has a quarter more to do than its share hands further keys
 * to the next in their order (consistent hashing with bounded loads).
 */
final class ConsistentHash implements Picker {
  static final double BOUND = 1.25;

  private final RandomGenerator random;

  ConsistentHash(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs) {
    return pick(candidates, nowNs, random.nextLong());
  }

  @Override
  public int pick(List<? extends Candidate> candidates, long nowNs, long key) {
    double[] shares = Weights.of(candidates, nowNs);
    double total = 0;
    long active = 1;
    for (int i = 0; i < shares.length; i++) {
      total += shares[i];
      active += Math.max(0, candidates.get(i).active());
    }
    int first = -1;
    int free = -1;
    double best = Double.POSITIVE_INFINITY;
    double bestFree = Double.POSITIVE_INFINITY;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] <= 0) {
        continue;
      }
      // By its full weight: slow start must not move keys to and fro.
      double weight = Math.max(1, candidates.get(i).weight());
      double distance = -Math.log(fraction(key, candidates.get(i))) / weight;
      if (distance < best) {
        best = distance;
        first = i;
      }
      double room = Math.ceil(BOUND * active * shares[i] / total);
      if (distance < bestFree && candidates.get(i).active() < room) {
        bestFree = distance;
        free = i;
      }
    }
    return free >= 0 ? free : first;
  }

  /** Above 0, at most 1; the same for the same key and instance on every node. */
  private static double fraction(long key, Candidate candidate) {
    long h = key ^ candidate.key().service().hashCode() * 0x9E3779B97F4A7C15L;
    h ^= candidate.key().id().hashCode() * 0xC2B2AE3D27D4EB4FL;
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
    h ^= h >>> 31;
    return ((h >>> 11) + 1) * 0x1.0p-53;
  }
}
