package io.hawser.balancer.core;

/**
 * A peak-sensitive mean of how long an instance takes to answer: it jumps to a slower answer at
 * once, and comes down by and by. A failure counts as a very slow answer, so that one that fails
 * fast does not look fast (Finagle's peak EWMA, with the failure bias of Linkerd). A value.
 */
record Latency(double valueNs, long atNs, boolean known) {
  static final double FIRST_NS = 30_000_000;
  static final double FAILURE_NS = 5_000_000_000.0;
  static final double DECAY_NS = 10_000_000_000.0;
  static final Latency UNKNOWN = new Latency(FIRST_NS, 0, false);

  Latency took(double tookNs, long nowNs) {
    if (!known) {
      return new Latency(tookNs, nowNs, true);
    }
    double now = now(nowNs);
    if (tookNs > now) {
      return new Latency(tookNs, nowNs, true);
    }
    double weight = Math.exp(-Math.max(0, nowNs - atNs) / DECAY_NS);
    return new Latency(valueNs * weight + tookNs * (1 - weight), nowNs, true);
  }

  Latency failed(long nowNs) {
    return took(Math.max(FAILURE_NS, now(nowNs)), nowNs);
  }

  /** What it is worth now: without answers it fades. */
  double now(long nowNs) {
    return known ? valueNs * Math.exp(-Math.max(0, nowNs - atNs) / DECAY_NS) : valueNs;
  }
}
