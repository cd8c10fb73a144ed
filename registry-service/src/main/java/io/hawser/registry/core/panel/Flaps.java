package io.hawser.registry.core.panel;

import java.util.concurrent.TimeUnit;

/**
 * How often an instance has gone down lately, as a penalty that decays. One that flaps is held back
 * when it returns, until it has been quiet for a while (after RFC 2439, sections 2 and 4).
 *
 * <p>Not thread-safe: owned by one verticle. Soft state, the same at each observer, as each sees
 * every fall.
 */
public final class Flaps {
  private static final double PENALTY = 1_000;
  private static final double SUPPRESS = 3_000;
  private static final double REUSE = 750;
  private static final double HALF_LIFE_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(5);

  private double penalty;
  private long atNs;
  private boolean suppressed;
  private long suppressedSinceNs;

  /** It fell: it passed, and was called down. */
  public void fell(long nowNs) {
    decay(nowNs);
    penalty += PENALTY;
    // Three falls in one breath are decayed by as little as that breath.
    if (!suppressed && penalty > SUPPRESS - PENALTY / 10) {
      suppressed = true;
      suppressedSinceNs = nowNs;
    }
  }

  /** Whether it is to be held back. */
  public boolean suppressed(long nowNs) {
    if (suppressed) {
      decay(nowNs);
      if (penalty <= REUSE || nowNs - suppressedSinceNs >= LONGEST_NS) {
        suppressed = false;
        penalty = Math.min(penalty, REUSE);
      }
    }
    return suppressed;
  }

  private void decay(long nowNs) {
    if (penalty > 0) {
      penalty *= Math.pow(0.5, (nowNs - atNs) / HALF_LIFE_NS);
    }
    atNs = nowNs;
  }

  public void shift(long ns) {
    atNs += ns;
    suppressedSinceNs += ns;
  }
}
