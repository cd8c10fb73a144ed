package io.hawser.sim;

import io.hawser.model.NodeId;

/**
 * What runs on a simulated node, from a start to a crash; all that outlives it is on the {@link
 * Disk}.
 */
public interface Program<M> {
  /** The node has started. Timers are set from here on, with {@link SimNode#after}. */
  void start();

  void receive(NodeId from, M message);
}
