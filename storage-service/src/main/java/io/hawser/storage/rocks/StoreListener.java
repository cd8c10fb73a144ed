package io.hawser.storage.rocks;

import io.hawser.model.NodeId;
import io.hawser.storage.core.Delta;
import java.util.Optional;

/**
 * Hears what happens to a replica's store, on the group's apply thread: it must be quick and must
 * not block. What it is told of can be read already.
 */
public interface StoreListener {
  /** Entries were applied. */
  void applied(Delta delta);

  /** A snapshot has replaced everything: what was remembered of the store has to be read anew. */
  void replaced();

  /** This replica leads from now on; all entries of earlier terms are applied. */
  void leading(long term);

  /** This replica leads no longer, or has learnt who leads. */
  void following(Optional<NodeId> leader, long term);

  /** The replica has stopped for good. */
  void failed(Throwable cause);
}
