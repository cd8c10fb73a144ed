package io.hawser.failover.process;

import io.vertx.core.Future;

/** Tells whether a manager that asks for something still is the one that acts. */
@FunctionalInterface
public interface Mandate {
  /**
   * Succeeds when the lease is held under this term; else fails with {@link
   * io.hawser.catalog.Refused}.
   */
  Future<Void> check(long term);

  /** A manager asks under this term, and is checked when its turn comes. */
  default void asks(long term) {}
}
