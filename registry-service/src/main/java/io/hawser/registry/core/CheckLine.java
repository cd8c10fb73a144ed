package io.hawser.registry.core;

import io.hawser.model.Facet.CheckSpec;
import io.hawser.registry.core.CheckRun.Result;
import java.util.concurrent.TimeUnit;

/**
 * One check of one instance: when it runs next, and its results in a row. At most one run is in
 * flight.
 *
 * <p>A periodic line runs at its interval. One on demand runs when it is asked to: up to {@link
 * #TRIES} times as long as it fails. Not thread-safe: owned by one verticle. Soft state. A little
 * longer than other files, as when it runs and what its results do to that are one state machine.
 */
final class CheckLine {
  /** How many runs a demand is good for. */
  static final int TRIES = 3;

  /** The first and the second try after a failure of an instance that worked. */
  static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(250);

  static final long SECOND_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** The shortest time between two runs that somebody asked for, however often they ask. */
  private static final long HURRY_GAP_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** The shortest time between the first run and the second. */
  private static final long MIN_FIRST_GAP_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** How late a run may start and still count as one that started when it was due. */
  private static final long MOST_LATE_NS = 2 * TimeUnit.MILLISECONDS.toNanos(Detector.TICK_MS);

  /** A run that has no result so long after its time-out has failed. */
  private static final long OVERDUE_NS = TimeUnit.SECONDS.toNanos(1);

  /** The attempts of a run that looks into a suspicion. */
  static final int SURE = 3;

  private final CheckSpec spec;
  private final boolean periodic;
  private final long phaseNs;
  private final Tally tally;
  private boolean armed;
  private long dueNs;
  private boolean running;
  private boolean spoilt;
  private boolean early;
  private boolean ran;
  private boolean again;
  private boolean everPassed;
  private long number;
  private long startedNs;
  private long regularNs;
  private boolean hurried;
  private int pace = 1;
  private int rank;
  private long wallAheadNs;

  private CheckLine(CheckSpec spec, boolean periodic, long dueNs, long phaseNs) {
    this.spec = spec;
    this.periodic = periodic;
    this.phaseNs = phaseNs;
    this.tally = new Tally(spec);
    this.armed = periodic;
    this.dueNs = dueNs;
  }

  /**
   * @param firstNs when the first run is due
   * @param phaseNs its place within the interval, the same at each observer: spreads what began
   *     together
   */
  static CheckLine periodic(CheckSpec spec, long firstNs, long phaseNs) {
    return new CheckLine(spec, true, firstNs, phaseNs);
  }

  static CheckLine onDemand(CheckSpec spec, long nowNs) {
    return new CheckLine(spec, false, nowNs, 0);
  }

  CheckSpec spec() {
    return spec;
  }

  // ---- when

  boolean due(long nowNs) {
    return armed && !running && nowNs - dueNs >= 0;
  }

  void start(long runNumber, long nowNs) {
    running = true;
    hurried = false;
    spoilt = false;
    early = false;
    ran = true;
    number = runNumber;
    startedNs = nowNs;
    // A tick late at most, each time: that must not add up.
    regularNs = nowNs - dueNs < MOST_LATE_NS ? dueNs : nowNs;
  }

  /** How often the run that is about to start should try at once. */
  int attempts() {
    return tally.failing() || hurried ? SURE : 1;
  }

  boolean awaits(long runNumber) {
    return running && number == runNumber;
  }

  /** Whether the result of the run in flight should long have been there. */
  boolean overdue(long nowNs) {
    return running
        && nowNs - startedNs > TimeUnit.MILLISECONDS.toNanos(spec.timeoutMs()) + OVERDUE_NS;
  }

  /**
   * Brings the next run forward to now, or to a moment later when one has just been started: that
   * one may have seen the time before. Returns whether it did.
   */
  boolean hurry(long nowNs) {
    if (running) {
      boolean first = !again;
      again = true;
      return first;
    }
    long soonNs = soon(nowNs);
    if (armed && dueNs - soonNs <= 0) {
      return false;
    }
    if (!armed) {
      tally.askedAnew();
    }
    armed = true;
    hurried = true;
    dueNs = soonNs;
    return true;
  }

  private long soon(long nowNs) {
    long earliestNs = startedNs + HURRY_GAP_NS;
    return ran && earliestNs - nowNs > 0 ? earliestNs : nowNs;
  }

  /**
   * Runs it at every so manieth interval only, as other observers run it at those between. Whose
   * interval it is goes by the wall clock, so that they keep their distance however long they run
   * and whatever one of them did in between; clocks that differ make the distance uneven. A run
   * that is further away than one interval comes nearer when there are no others any more.
   *
   * @param place among those that take turns, from 0
   */
  void pace(int every, int place, Now now) {
    boolean changed = pace != every || rank != place;
    pace = every;
    rank = place;
    wallAheadNs = TimeUnit.MILLISECONDS.toNanos(now.wallMs()) - now.ns();
    if (!changed || !periodic || running || hurried) {
      return;
    }
    if (every > 1 && !tally.failing()) {
      dueNs = turnNs(now.ns());
    } else if (dueNs - now.ns() > intervalNs()) {
      dueNs = now.ns() + intervalNs();
    }
  }

  /** When it is this observer's turn again. */
  private long turnNs(long nowNs) {
    long periodNs = intervalNs() * pace;
    long turnNs =
        nowNs + Math.floorMod(phaseNs + intervalNs() * rank - (nowNs + wallAheadNs), periodNs);
    boolean justRan = ran && turnNs - startedNs < Math.min(HURRY_GAP_NS, periodNs / 2);
    return justRan ? turnNs + periodNs : turnNs;
  }

  private long intervalNs() {
    return TimeUnit.MILLISECONDS.toNanos(spec.intervalMs());
  }

  /** In how many nanoseconds there is something to do. */
  long nextNs(long nowNs) {
    if (running) {
      return Math.max(
          0, startedNs + TimeUnit.MILLISECONDS.toNanos(spec.timeoutMs()) + OVERDUE_NS - nowNs);
    }
    return armed ? Math.max(0, dueNs - nowNs) : Long.MAX_VALUE;
  }

  /** Whether it is idle, and has been for an interval. */
  boolean rested(long nowNs) {
    return !active() && (!ran || nowNs - startedNs >= intervalNs());
  }

  /** Takes a demand back. */
  void cancel() {
    armed = periodic;
    again = false;
  }

  /**
   * Moves what lies ahead by the time that this node itself stood still. A failure of the run in
   * flight will not count.
   */
  void shift(long ns) {
    dueNs += ns;
    startedNs += ns;
    regularNs += ns;
    tally.shift(ns);
    spoilt = running;
  }

  /**
   * It is down: passes have to come in a row from here on, and that of the run in flight is none.
   */
  void forgetPasses() {
    tally.forgetPasses();
    early = running;
  }

  // ---- results

  /**
   * Takes the result of the run in flight.
   *
   * @param worked whether the instance is held to work: then a failure is looked into at once, and
   *     a refusal weighs more. What has not come up yet may be refusing because it is just about to
   * @return whether the result counts
   */
  boolean take(Result result, boolean worked, long nowNs) {
    running = false;
    return switch (result) {
      case Result.Pass ignored when early -> {
        tally.nothing();
        armed = true;
        dueNs = nowNs;
        yield false;
      }
      case Result.Pass ignored -> passed(nowNs);
      case Result.Refusal refusal -> {
        tally.refused(refusal.reason(), worked);
        yield failed(worked, nowNs);
      }
      case Result.Fail ignored when spoilt -> {
        tally.nothing();
        dueNs = nowNs;
        yield false;
      }
      case Result.Blind blind when tally.blind(blind.cause(), worked, nowNs) -> {
        armed = periodic;
        again = false;
        dueNs = periodic && pace > 1 ? turnNs(nowNs) : afterInterval(nowNs);
        yield false;
      }
      case Result.Blind blind -> {
        tally.lost(blind.reason());
        yield failed(worked, nowNs);
      }
      case Result.Fail fail -> {
        tally.failed(fail.reason());
        yield failed(worked, nowNs);
      }
    };
  }

  private boolean passed(long nowNs) {
    tally.passed();
    armed = periodic || again;
    if (again) {
      dueNs = soon(nowNs);
    } else if (periodic && pace > 1) {
      // The turn that came while it ran is not left out.
      long turnNs = turnNs(startedNs);
      dueNs = turnNs - nowNs < 0 ? nowNs : turnNs;
    } else {
      long firstGapNs = Math.max(phaseNs, MIN_FIRST_GAP_NS);
      dueNs = everPassed ? afterInterval(nowNs) : nowNs + firstGapNs;
    }
    again = false;
    everPassed = true;
    return true;
  }

  private boolean failed(boolean worked, long nowNs) {
    again = false;
    armed = periodic || tally.tries() < TRIES;
    dueNs = retryNs(worked, nowNs);
    return true;
  }

  private long retryNs(boolean worked, long nowNs) {
    long periodNs = afterInterval(nowNs);
    boolean fast = !periodic || worked;
    if (!fast || tally.tries() >= TRIES) {
      return periodNs;
    }
    // From start to start: a time-out has taken the time already.
    long retryNs = startedNs + (tally.tries() == 1 ? FIRST_RETRY_NS : SECOND_RETRY_NS);
    if (retryNs - nowNs < 0) {
      retryNs = nowNs;
    }
    return periodic && periodNs - retryNs < 0 ? periodNs : retryNs;
  }

  /** From start to start, so that a slow answer does not stretch the period; never in the past. */
  private long afterInterval(long nowNs) {
    long nextNs = regularNs + intervalNs();
    return nextNs - nowNs < 0 ? nowNs : nextNs;
  }

  /** Whether a demand is still being answered. */
  boolean active() {
    return running || armed;
  }

  /** What its runs have shown. */
  Tally tally() {
    return tally;
  }
}
