package io.hawser.registry.core;

import java.util.concurrent.TimeUnit;

/**
 * A gateway through which beats come. As long as it is not heard, the beats behind it are not
 * missing: they could not have come. When it is heard again, all of them get a full TTL.
 *
 * <p>Not thread-safe: owned by one verticle. Soft state.
 */
final class Relay {
  /** A silence of a relay that is no accident: it says several times in a second that it lives. */
  private static final long GAP_NS = TimeUnit.SECONDS.toNanos(1);

  /** A relay that was gone for so long excuses nobody any more. */
  private static final long GONE_NS = TimeUnit.MINUTES.toNanos(10);

  private long heardNs;
  private long restartNs;

  Relay(long nowNs) {
    heardNs = nowNs;
    restartNs = nowNs;
  }

  void heard(long nowNs) {
    if (nowNs - heardNs > GAP_NS) {
      restartNs = nowNs;
    }
    heardNs = nowNs;
  }

  /** Up to when a missing beat is known to be missing. */
  long knownUntilNs(long nowNs) {
    return nowNs - heardNs > GONE_NS ? nowNs : heardNs;
  }

  /** From when on a missing beat counts. */
  long restartNs() {
    return restartNs;
  }

  void shift(long ns) {
    heardNs += ns;
    restartNs += ns;
  }

  boolean gone(long nowNs) {
    return nowNs - heardNs > GONE_NS;
  }
}
