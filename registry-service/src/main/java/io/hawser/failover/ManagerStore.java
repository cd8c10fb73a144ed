package io.hawser.failover;

import io.vertx.core.Future;
import java.util.OptionalLong;

/** The store, and the lease in it under which a manager acts. */
interface ManagerStore extends FailoverStore {
  /**
   * Begins to ask for the lease. The listener is called, on any thread, when it was got or lost.
   */
  void start(Runnable onTurn);

  /**
   * The epoch under which the lease is held at this moment; empty when it is not, or may not be.
   */
  OptionalLong epoch();

  /** Gives the lease back, so that another node may get it, and asks for it again after a while. */
  void stepAside();

  /** Gives the lease back. */
  Future<Void> close();
}
