package io.hawser.protocol;

import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.InstanceKey;
import io.hawser.model.StorageOp;
import java.util.Map;

/** What a manager has sent. */
sealed interface Letter {
  /** The term under which it was decided. */
  long term();

  /**
   * Records to be written.
   *
   * @param expected the revisions that they must have, 0 when they must not be there
   */
  record Records(Map<FacetKey, Facet> values, Map<FacetKey, Long> expected, long term)
      implements Letter {}

  /** Another change of the store. */
  record Change(StorageOp op, long term) implements Letter {}

  /** A driver is to start the process of an instance. */
  record Start(InstanceKey instance, long term) implements Letter {}
}
