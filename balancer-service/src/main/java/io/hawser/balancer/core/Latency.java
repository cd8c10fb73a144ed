package io.hawser.balancer.core;

/**
 * A peak-sensitive mean of how long an instance takes to answer: it jumps to a slower answer at
 * once, comes down within seconds as faster ones come, and fades over ten while none does. A
 * failure counts as a very slow answer, so that one that fails fast does not look fast (Finagle's
 * peak EWMA, with the failure bias of Linkerd). A value.
 */
record Latency(double valueNs, long atNs, boolean known) {
  /** What one that has never answered is taken to need while it is asked for the first time. */
  static final double UNTRIED_NS = 1_000_000_000.0;

  static final double FAILURE_NS = 5_000_000_000.0;

  /** How fast faster answers are believed: what was cold a moment ago is not for long. */
  static final double SETTLE_NS = 1_000_000_000.0;

  /** How fast it is forgotten without any: then it is tried again. */
  static final double FADE_NS = 10_000_000_000.0;

  static final Latency UNKNOWN = new Latency(UNTRIED_NS, 0, false);

  Latency took(double tookNs, long nowNs) {
    if (!known || tookNs > idle(nowNs)) {
      return new Latency(tookNs, nowNs, true);
    }
    double weight = part(nowNs, SETTLE_NS);
    return new Latency(valueNs * weight + tookNs * (1 - weight), nowNs, true);
  }

  Latency failed(long nowNs) {
    return took(Math.max(FAILURE_NS, idle(nowNs)), nowNs);
  }

  /** After no answer came for so long: it is at least as slow as that. */
  Latency waited(double forNs, long nowNs) {
    return forNs > asked(0) ? new Latency(forNs, nowNs, true) : this;
  }

  /** What it is worth while nothing is asked of the instance; nothing when it was never asked. */
  double idle(long nowNs) {
    return known ? valueNs * part(nowNs, FADE_NS) : 0;
  }

  /**
   * What it is worth while something is: nothing fades meanwhile, so that one request finds out
   * what has become of the instance, and not a hundred.
   *
   * @param forNs for how long an answer has been waited for: it will not have taken less
   */
  double asked(double forNs) {
    return Math.max(forNs, valueNs);
  }

  private double part(long nowNs, double scaleNs) {
    return Math.exp(-Math.max(0, nowNs - atNs) / scaleNs);
  }
}
