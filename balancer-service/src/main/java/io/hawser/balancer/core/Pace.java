package io.hawser.balancer.core;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How fast an instance answers, of what has come and of what is waited for. Thread-safe: every loop
 * of the node reads and writes it.
 */
final class Pace {
  /** No answer is waited for. */
  private static final long NOBODY = Long.MIN_VALUE;

  private final AtomicReference<Latency> latency = new AtomicReference<>(Latency.UNKNOWN);

  /**
   * Since when one of those that wait for an answer does: the first that began when none of them
   * was looked at. That one is enough, and costs no list of all.
   */
  private final AtomicLong waitingSinceNs = new AtomicLong(NOBODY);

  void asked(long nowNs) {
    if (waitingSinceNs.get() == NOBODY) {
      boolean unused = waitingSinceNs.compareAndSet(NOBODY, nowNs);
    }
  }

  private void heard(long askedNs) {
    if (waitingSinceNs.get() == askedNs) {
      boolean unused = waitingSinceNs.compareAndSet(askedNs, NOBODY);
    }
  }

  void measured(long askedNs, boolean error, long nowNs) {
    heard(askedNs);
    Latency before = latency.get();
    Latency after = error ? before.failed(nowNs) : before.took((double) (nowNs - askedNs), nowNs);
    // Of two samples at once one is enough.
    boolean unused = latency.compareAndSet(before, after);
  }

  void givenUp(long askedNs, boolean sent, long nowNs) {
    heard(askedNs);
    Latency before = latency.get();
    boolean unused =
        sent && latency.compareAndSet(before, before.waited((double) (nowNs - askedNs), nowNs));
  }

  void failed(long nowNs) {
    Latency unused = latency.updateAndGet(now -> now.failed(nowNs));
  }

  double latencyNs(long nowNs) {
    long sinceNs = waitingSinceNs.get();
    Latency known = latency.get();
    return sinceNs == NOBODY ? known.idle(nowNs) : known.asked((double) (nowNs - sinceNs));
  }
}
