package io.hawser.balancer.core.limit;

/**
 * How many requests may be sent a second time, so that retries never make an overload worse: a
 * fifth of the requests of the last ten seconds, or ten a second where there are few. Not
 * thread-safe: owned by one event loop, for one service.
 */
public final class RetryBudget {
  /**
   * A little less than the fifth that is promised: each loop counts for itself and by whole
   * seconds, with its part of the ten a second though it may have less than its part of the load.
   */
  static final double SHARE = 0.19;

  static final int FLOOR_PER_SECOND = 10;
  private static final int SECONDS = 10;
  private static final long SECOND_NS = 1_000_000_000L;

  private final long[] requests = new long[SECONDS];
  private final long[] retries = new long[SECONDS];
  private final long originNs;
  private final int loops;
  private long second;
  private long requestSum;
  private long retrySum;

  public RetryBudget(long nowNs) {
    this(nowNs, 1);
  }

  /**
   * @param loops that have a part each of what a node may
   */
  public RetryBudget(long nowNs, int loops) {
    this.originNs = nowNs;
    this.loops = loops;
  }

  /** A request has come. */
  public void request(long nowNs) {
    turn(nowNs);
    requests[slot(second)]++;
    requestSum++;
  }

  /** Whether one may be sent again; if so, it counts. */
  public boolean take(long nowNs) {
    turn(nowNs);
    // Rounded up: each loop has one to begin with.
    long floor = (FLOOR_PER_SECOND * Math.min(SECONDS, second + 1) + loops - 1) / loops;
    if (retrySum >= Math.max(floor, (long) (SHARE * requestSum))) {
      return false;
    }
    retries[slot(second)]++;
    retrySum++;
    return true;
  }

  private void turn(long nowNs) {
    long now = (nowNs - originNs) / SECOND_NS;
    for (long steps = Math.min(SECONDS, now - second); steps > 0; steps--) {
      int slot = slot(now - steps + 1);
      requestSum -= requests[slot];
      retrySum -= retries[slot];
      requests[slot] = 0;
      retries[slot] = 0;
    }
    second = Math.max(second, now);
  }

  private static int slot(long second) {
    return (int) (second % SECONDS);
  }
}
