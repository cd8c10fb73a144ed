package io.hawser.balancer.core;

/**
 * The slow start of an instance that was not there before: from a tenth of its share to all of it
 * in half a minute. A value.
 *
 * @param begun whether its time runs; it begins with the first look
 */
record Warming(boolean due, boolean begun, long sinceNs) {
  static final Warming DONE = new Warming(false, false, 0);
  static final Warming DUE = new Warming(true, false, 0);
  static final double LEAST = 0.1;
  static final long LENGTH_NS = 30_000_000_000L;

  Warming at(long nowNs) {
    if (due && !begun) {
      return new Warming(true, true, nowNs);
    }
    return due && nowNs - sinceNs >= LENGTH_NS ? DONE : this;
  }

  double part(long nowNs) {
    return due ? Math.clamp((double) (nowNs - sinceNs) / LENGTH_NS, LEAST, 1) : 1;
  }
}
