package io.hawser.failover;

import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Where incidents, roles, guards and pauses are kept. Futures never fail, and complete on the
 * caller's context.
 */
interface FailoverStore {
  /**
   * A record as the store has it.
   *
   * @param revision of its last write
   */
  record Stored(FacetKey key, Facet value, long revision) {}

  /**
   * A write of one record, or its deletion when there is no value.
   *
   * @param expected the revision that it must have; 0 when it must not be there
   */
  record Change(FacetKey key, Optional<Facet> value, long expected) {}

  /** Everything, as new as it is. */
  Future<Outcome<List<Stored>>> load();

  /**
   * Writes all of it or nothing, and nothing when a manager with a higher term was here before.
   *
   * @param term the epoch of the lease under which it is written
   * @return the revision of what was written
   */
  Future<Outcome<Long>> commit(List<Change> changes, long term);

  /** From now on the store refuses lower tokens of a resource than this one, which is returned. */
  Future<Outcome<Long>> raise(String resource, long token);
}
