package io.hawser.balancer.proxy;

import java.util.random.RandomGenerator;

/**
 * How long a client's connection is kept, in time and requests: clients that connect anew spread
 * over the loops and nodes there are by then. A tenth more or less, so that those that came
 * together do not go together. Owned by one event loop.
 */
final class Stay {
  private static final double LEAST = 0.9;
  private static final double SPREAD = 0.2;

  private final long endNs;
  private final long most;
  private long requests;

  Stay(Limits limits, RandomGenerator random, long nowNs) {
    double share = LEAST + SPREAD * random.nextDouble();
    this.endNs = nowNs + (long) (share * limits.connectionNs());
    this.most = Math.max(1, Math.round(share * limits.connectionRequests()));
  }

  void request() {
    requests++;
  }

  /** Whether the client should go elsewhere with its next request. */
  boolean over(long nowNs) {
    return requests >= most || nowNs - endNs >= 0;
  }
}
