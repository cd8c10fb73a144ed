package io.hawser.registry.core;

import java.util.concurrent.TimeUnit;

/**
 * A gateway through which beats come. As long as it is not heard, the beats behind it are not
 * missing: they could not have come. When it is heard again, all of them get a full TTL; when it
 * falls silent once more before they came, only that time is taken off, and a moment more.
 *
 * <p>Not thread-safe: owned by one verticle. Soft state.
 */
final class Relay {
  /** A silence of a relay that is no accident: it says several times in a second that it lives. */
  private static final long GAP_NS = TimeUnit.SECONDS.toNanos(1);

  /** What was about to come through it when it was heard again takes a moment. */
  private static final long GRACE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** A relay that was gone for so long excuses nobody whose port fails too. */
  private static final long GONE_NS = TimeUnit.MINUTES.toNanos(10);

  private long heardNs;
  private long restartNs;
  private long silentNs;

  Relay(long nowNs) {
    heardNs = nowNs;
    restartNs = nowNs;
  }

  void heard(long nowNs) {
    if (nowNs - heardNs > GAP_NS) {
      restartNs = nowNs;
      silentNs += nowNs - heardNs + GRACE_NS;
    }
    heardNs = nowNs;
  }

  /** Up to when a missing beat is known to be missing. */
  long knownUntilNs(long nowNs) {
    return nowNs - heardNs > GONE_NS ? nowNs : heardNs;
  }

  /** When it was first heard after its last silence. */
  long restartNs() {
    return restartNs;
  }

  /** For how long it has been silent in all. Only the difference of two readings means anything. */
  long silentNs() {
    return silentNs;
  }

  void shift(long ns) {
    heardNs += ns;
    restartNs += ns;
  }

  /** Whether its silence is no passing one. */
  boolean gone(long nowNs) {
    return nowNs - heardNs > GONE_NS;
  }
}
