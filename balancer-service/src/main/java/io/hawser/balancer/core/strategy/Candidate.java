package io.hawser.balancer.core.strategy;

import io.hawser.model.InstanceKey;
import org.jspecify.annotations.Nullable;

/** What a strategy may know of an instance that it can choose. */
public interface Candidate {
  /** Names the instance over every change of the list that it stands in. */
  InstanceKey key();

  /** Its share relative to the others; not above 0 counts only when nobody has a share. */
  int weight();

  /** Requests that it is at work on for this node just now. */
  int active();

  /** How long it takes to answer, as far as this node has seen; 0 when it has never asked. */
  default double latencyNs(long nowNs) {
    return 0;
  }

  /** The part of its share that it gets while it is new; from above 0 to 1. */
  default double ramp(long nowNs) {
    return 1;
  }

  /** What it last said of its load; null when it never did. */
  @Nullable LoadReport load();
}
