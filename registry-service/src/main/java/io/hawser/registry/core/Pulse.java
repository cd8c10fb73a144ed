package io.hawser.registry.core;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The beats of one instance, and how surprising the present silence is: the accrual detector of
 * Hayashibara et al., "The φ Accrual Failure Detector", 2004, with a decaying mean and variance in
 * place of a window of gaps, which takes 16 bytes and not a thousand.
 *
 * <p>It counts the beats that did not come between two that did. The TTL is trusted as it is where
 * one beat of a thousand is lost. Where more are, by what this instance or all of them have shown
 * lately, a silence has to last until it is as improbable as the TTL is then: {@code TTL *
 * ln(0.001) / ln(loss)}, but no more than {@link #LONGEST} TTLs.
 *
 * <p>Not thread-safe: owned by one verticle. Soft state.
 */
final class Pulse {
  /** From which part of the TTL on a beat is late whatever the gaps were, in percent. */
  private static final int LATE_PERCENT = 60;

  /** So many gaps before their mean means anything. */
  private static final int ENOUGH = 10;

  private static final int MEMORY = 64;

  /** Standard deviations above the mean where φ is 3, and where it is 8. */
  private static final double LATE_SIGMAS = 3.09;

  private static final double SILENT_SIGMAS = 5.61;

  /** No gaps are so regular that less of a delay would mean anything. */
  private static final double LEAST_SIGMA_NS = 1e8;

  private static final double LEAST_SIGMA_SHARE = 0.1;

  /** The share of lost beats up to which a TTL is taken at its word, and its logarithm. */
  private static final double TRUSTED_LOSS = 0.001;

  private static final double LN_TRUSTED_LOSS = Math.log(TRUSTED_LOSS);

  /** What is assumed as long as neither this instance nor any other has shown it. */
  private static final double UNKNOWN_LOSS = 0.1;

  /** The most that is waited, in TTLs. */
  private static final double LONGEST = 5;

  /** More beats than that in a gap are no loss: nobody was there. */
  private static final int MOST_LOST = 30;

  private static final int HOLD = 2;

  private static final int PERCENT = 100;
  private static final int FIRST_STEPS = 2;

  /** From so many gaps on their median is good enough to count by. */
  private static final int FEW = 4;

  /** And from so many on, what they have shown counts, be it nothing. */
  private static final int SETTLED = 8;

  private static final int STEPS = 32;

  private final long ttlNs;
  private final Losses all;
  private long lastNs;
  private long holdFromNs;
  private long fromNs;
  private long silentNs;
  private boolean excused;
  private boolean stalled;
  private int beats;
  private int gaps;
  private boolean lateNoticed;
  private double meanNs;
  private double varianceNs;
  private double medianNs;
  private double loss;
  private @Nullable Relay relay;

  /**
   * @param ttlMs the longest gap; 0 when no beats are expected
   * @param all what is lost of the beats of all instances
   * @param nowNs from when on the first gap counts
   */
  Pulse(long ttlMs, Losses all, long nowNs) {
    this.ttlNs = TimeUnit.MILLISECONDS.toNanos(ttlMs);
    this.all = all;
    this.holdFromNs = nowNs;
    restart(nowNs);
  }

  /** The present gap begins now. */
  private void restart(long nowNs) {
    lastNs = nowNs;
    fromNs = nowNs;
    excused = false;
    stalled = false;
    silentNs = relay == null ? 0 : relay.silentNs();
  }

  void beat(@Nullable Relay through, long nowNs) {
    if (beats > 0 && !stalled) {
      double gapNs = nowNs - lastNs;
      if (gaps >= FEW && !excused()) {
        missed(gapNs);
      }
      gap(gapNs);
    }
    relay = through;
    restart(nowNs);
    lateNoticed = false;
    beats = Math.min(beats + 1, Integer.MAX_VALUE - 1);
  }

  private void gap(double gapNs) {
    gaps = Math.min(gaps + 1, MEMORY);
    double share = 1.0 / gaps;
    double deviation = gapNs - meanNs;
    meanNs += share * deviation;
    varianceNs = (1 - share) * (varianceNs + share * deviation * deviation);
    // The median in small steps: what is lost of less than half of the beats does not move it.
    double stepNs = medianNs / (gaps < ENOUGH ? FIRST_STEPS : STEPS);
    medianNs = gaps == 1 ? gapNs : medianNs + Math.clamp(gapNs - medianNs, -stepNs, stepNs);
  }

  /** Counts the beats that should have come within a gap, as those before it have it. */
  private void missed(double gapNs) {
    long lost = Math.round(gapNs / medianNs) - 1;
    if (lost > MOST_LOST) {
      return;
    }
    for (long i = lost; i >= 0; i--) {
      loss += ((i > 0 ? 1 : 0) - loss) / MEMORY;
    }
    all.note((int) Math.max(0, lost));
  }

  private double loss() {
    return unknown() ? UNKNOWN_LOSS : Math.max(loss, all.share());
  }

  private boolean unknown() {
    return gaps < SETTLED && !all.known();
  }

  /** How long a silence has to last. */
  private long patienceNs() {
    double lost = loss();
    return lost <= TRUSTED_LOSS
        ? ttlNs
        : (long) (ttlNs * Math.min(LONGEST, LN_TRUSTED_LOSS / Math.log(lost)));
  }

  /** How long a silence is that so many standard deviations over the mean are. */
  private double gapNs(double sigmas) {
    double least = Math.max(LEAST_SIGMA_NS, LEAST_SIGMA_SHARE * meanNs);
    return meanNs + sigmas * Math.max(least, Math.sqrt(varianceNs));
  }

  /** Whether beats are expected, and none has come since the count was last restarted. */
  boolean silent() {
    return ttlNs > 0 && beats == 0;
  }

  /**
   * Whether the relay was silent in the present gap. The first time that it is seen, the gap counts
   * from the end of that silence.
   */
  private boolean excused() {
    Relay through = relay;
    if (!excused && through != null && through.restartNs() - lastNs > 0) {
      excused = true;
      fromNs = through.restartNs();
      silentNs = through.silentNs();
    }
    return excused;
  }

  /** For how long a beat is known to be missing. */
  private long missingNs(long nowNs) {
    Relay through = relay;
    if (through == null) {
      return nowNs - fromNs;
    }
    boolean ignored = excused();
    return through.knownUntilNs(nowNs) - fromNs - (through.silentNs() - silentNs);
  }

  /** Whether the gap is longer than the TTL. */
  boolean lapsed(long nowNs) {
    return ttlNs > 0 && missingNs(nowNs) > ttlNs;
  }

  /**
   * Whether the gap is longer than the TTL, and than what the loss of beats explains. Never by
   * itself when the relay is gone: then all behind it would end at once.
   */
  boolean ended(long nowNs) {
    return lapsed(nowNs)
        && missingNs(nowNs) > patienceNs()
        && (relay == null || !relay.gone(nowNs));
  }

  /** Whether the gap is one that those before it make all but impossible: φ over 8. */
  boolean improbable(long nowNs) {
    return ttlNs > 0 && gaps >= ENOUGH && missingNs(nowNs) > gapNs(SILENT_SIGMAS);
  }

  private long lateGapNs() {
    long fixedNs = ttlNs / 100 * LATE_PERCENT;
    return gaps < ENOUGH ? fixedNs : Math.min(fixedNs, (long) gapNs(LATE_SIGMAS));
  }

  /** Whether the next beat is late; true once for each gap. */
  boolean becameLate(long nowNs) {
    if (ttlNs == 0 || lateNoticed || missingNs(nowNs) < lateGapNs()) {
      return false;
    }
    lateNoticed = true;
    return true;
  }

  boolean late() {
    return lateNoticed;
  }

  /** Whether beats are expected, and come as they should. */
  boolean fresh() {
    return ttlNs > 0 && beats > 0 && !lateNoticed;
  }

  /**
   * Starts the present gap anew, as beats may be going where this node does not hear of them; but
   * no more once it has heard a majority of the nodes for {@link #HOLD} TTLs.
   */
  void hold(boolean quorate, long nowNs) {
    if (!quorate) {
      holdFromNs = nowNs;
    }
    if (nowNs - holdFromNs <= HOLD * ttlNs) {
      restart(nowNs);
    }
  }

  /** Whether beats are expected and none has come to this observer ever. */
  boolean unheard() {
    return ttlNs > 0 && relay == null && beats == 0;
  }

  /** The beats since the count was last restarted. */
  int beats() {
    return beats;
  }

  void restartCount() {
    beats = 0;
  }

  void shift(long ns) {
    lastNs += ns;
    fromNs += ns;
    holdFromNs += ns;
    // Nobody knows how long this gap is: the next beat may have waited here, too.
    stalled = true;
  }

  /** In how many nanoseconds the silence will mean something that it does not mean yet. */
  long nextNs(long nowNs) {
    if (ttlNs == 0) {
      return Long.MAX_VALUE;
    }
    long missingNs = missingNs(nowNs);
    long nextNs = lateNoticed ? ttlNs : lateGapNs();
    return Math.max(0, (missingNs > ttlNs ? patienceNs() : nextNs) - missingNs);
  }

  String silence(long nowNs) {
    return "no beat for "
        + TimeUnit.NANOSECONDS.toMillis(nowNs - lastNs)
        + " ms (TTL "
        + TimeUnit.NANOSECONDS.toMillis(ttlNs)
        + (!unknown() && loss() > TRUSTED_LOSS
            ? " ms, %.1f %% of beats lost lately)".formatted(PERCENT * loss())
            : " ms)");
  }
}
