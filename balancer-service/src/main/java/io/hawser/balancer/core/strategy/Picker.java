package io.hawser.balancer.core.strategy;

import java.util.List;

/** Chooses one of several. Not thread-safe: owned by one event loop. */
public interface Picker {
  /**
   * The index of the chosen one.
   *
   * @param candidates at least one; the list may differ in every way from the one of the call
   *     before
   */
  int pick(List<? extends Candidate> candidates, long nowNs);

  /**
   * The same for a request with a key, which counts for those who keep equal keys together.
   *
   * @param key a hash of it, well mixed
   */
  default int pick(List<? extends Candidate> candidates, long nowNs, long key) {
    return pick(candidates, nowNs);
  }
}
