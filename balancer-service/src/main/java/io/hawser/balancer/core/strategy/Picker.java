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
}
