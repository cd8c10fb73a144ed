package io.hawser.balancer.core;

import io.hawser.model.RoleTerm;

/**
 * Until when the roles stand that a routing table was made from: for a term after they were last
 * known to be what the store has. Only exclusive services go by it.
 *
 * <p>One for each table: what confirms the roles of a newer table is no evidence for an older one.
 * Thread-safe.
 */
public final class Roles {
  /** Not confirmed yet. */
  private static final long NEVER = 0;

  /** Odd, and so never {@link #NEVER}. */
  private volatile long sinceNs = NEVER;

  static Roles unconfirmed() {
    return new Roles();
  }

  /** As long as these, however they are confirmed from now on. */
  Roles copy() {
    Roles copy = new Roles();
    copy.sinceNs = sinceNs;
    return copy;
  }

  /**
   * @param askedNs when the question was sent that showed that they are what the store has
   */
  void confirmed(long askedNs) {
    sinceNs = askedNs | 1;
  }

  boolean stand(long nowNs) {
    long since = sinceNs;
    return since != NEVER && nowNs - since < RoleTerm.NS;
  }
}
