package io.hawser.registry.core.panel;

import java.util.concurrent.TimeUnit;

/**
 * Whether this node can trust what it sees. It cannot when its ticks come late, or when its clocks
 * do not go together, as then it was not there to see, or is not fast enough to, nor when it lacks
 * what it takes to look: what looks like the silence of others is its own (after Dadgar, Phillips
 * and Currey, "Lifeguard", 2018, whose local health multiplier this is, but that it ends in
 * abstention).
 *
 * <p>Not thread-safe: owned by one verticle. Soft state.
 */
public final class SelfDoubt {
  /** A tick that is late by more is a stall: everything that was due meanwhile is put off. */
  public static final long STALL_MS = 1_000;

  /** How long a stall keeps this node from having opinions: two rounds of checks. */
  public static final long CONVALESCENCE_MS = 2_000;

  private static final long TIGHT_NS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(STALL_MS);
  private static final long CONVALESCENCE_NS = TimeUnit.MILLISECONDS.toNanos(CONVALESCENCE_MS);
  private static final long GOOD_NS = TimeUnit.SECONDS.toNanos(1);

  private static final int WORST = 8;
  private static final int TOO_BAD = 3;

  private long goodSinceNs;
  private long untilNs;
  private long lastNs;
  private long lastWallMs;
  private boolean convalescent;
  private boolean lonely;
  private boolean lacking;
  private long lackedNs;
  private int score;

  public SelfDoubt(long nowNs, long wallMs) {
    goodSinceNs = nowNs;
    lastNs = nowNs;
    lastWallMs = wallMs;
  }

  /**
   * Looks at the clocks. To be called with each tick.
   *
   * @param lateNs how much later than it ought the tick comes
   * @return whether this node stood still
   */
  public boolean tick(long lateNs, long nowNs, long wallMs) {
    long jumpNs = TimeUnit.MILLISECONDS.toNanos(wallMs - lastWallMs) - (nowNs - lastNs);
    lastNs = nowNs;
    lastWallMs = wallMs;
    boolean stalled = lateNs > STALL_NS;
    if (stalled || Math.abs(jumpNs) > STALL_NS) {
      convalescent = true;
      untilNs = nowNs + CONVALESCENCE_NS;
    } else if (convalescent && nowNs - untilNs >= 0) {
      convalescent = false;
    }
    lacking &= nowNs - lackedNs < CONVALESCENCE_NS;
    if (lateNs > TIGHT_NS) {
      score = Math.min(score + 1, WORST);
      goodSinceNs = nowNs;
    } else if (score > 0 && nowNs - goodSinceNs > GOOD_NS) {
      score--;
      goodSinceNs = nowNs;
    }
    return stalled;
  }

  /** This node had no more files, ports or buffers to look at an instance. */
  public void lacks(long nowNs) {
    lacking = true;
    lackedNs = nowNs;
  }

  /** Whether most of what this node observes fails here, and nowhere else. */
  public void lonely(boolean value) {
    lonely = value;
  }

  public boolean abstains() {
    return convalescent || lonely || lacking || score >= TOO_BAD;
  }

  /** Why it abstains; empty when it does not. */
  public String reason() {
    if (convalescent) {
      return "this node stood still, or its clock jumped, just now";
    }
    if (score >= TOO_BAD) {
      return "this node's ticks come late";
    }
    if (lacking) {
      return "this node has no files, ports or buffers left to check with";
    }
    return lonely ? "most of what this node observes fails only here" : "";
  }
}
