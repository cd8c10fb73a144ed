package io.hawser.registry.core;

import io.hawser.model.Facet.CheckSpec;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.CheckRun.Result.Cause;
import java.util.concurrent.TimeUnit;

/**
 * One check of one instance: when it runs next, and its results in a row. At most one run is in
 * flight.
 *
 * <p>A periodic line runs at its interval. One on demand runs when it is asked to: up to {@link
 * #TRIES} times as long as it fails. Not thread-safe: owned by one verticle. Soft state.
 */
final class CheckLine {
  /** How many runs a demand is good for. */
  static final int TRIES = 3;

  /** The first and the second try after a failure of an instance that worked. */
  static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(250);

  static final long SECOND_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** The shortest time between two runs that somebody asked for, however often they ask. */
  private static final long HURRY_GAP_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** A run that has no result so long after its time-out has failed. */
  private static final long OVERDUE_NS = TimeUnit.SECONDS.toNanos(1);

  /** The attempts of a run that looks into a suspicion. */
  static final int SURE = 3;

  /** An instance that cannot be found for so long fails: it is not only here that it is lost. */
  private static final long LOST_NS = TimeUnit.MINUTES.toNanos(1);

  private static final int REFUSAL_WEIGHT = 2;
  private static final int MANY = 1_000_000;

  private final CheckSpec spec;
  private final boolean periodic;
  private final long firstGapNs;
  private boolean armed;
  private long dueNs;
  private boolean running;
  private boolean spoilt;
  private boolean ran;
  private boolean again;
  private boolean everPassed;
  private long number;
  private long startedNs;
  private int failures;
  private int refusals;
  private int tries;
  private int passes;
  private boolean refusing;
  private boolean hurried;
  private int pace = 1;
  private int rank;
  private boolean together;
  private boolean lost;
  private long lostSinceNs;
  private String lastFailure = "";

  private CheckLine(CheckSpec spec, boolean periodic, long dueNs, long firstGapNs) {
    this.spec = spec;
    this.periodic = periodic;
    this.firstGapNs = firstGapNs;
    this.armed = periodic;
    this.dueNs = dueNs;
  }

  /**
   * @param firstNs when the first run is due
   * @param firstGapNs the time from the first run, when it passes, to the second: spreads what
   *     began together
   */
  static CheckLine periodic(CheckSpec spec, long firstNs, long firstGapNs) {
    return new CheckLine(spec, true, firstNs, firstGapNs);
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
    together |= hurried || failures > 0;
    hurried = false;
    spoilt = false;
    ran = true;
    number = runNumber;
    startedNs = nowNs;
  }

  /** How often the run that is about to start should try at once. */
  int attempts() {
    return failures > 0 || hurried ? SURE : 1;
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
      tries = 0;
      refusals = 0;
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
   * Runs it at every so manieth interval only, as other observers run it at those between. A run
   * that is further away than one interval comes nearer when there are no more of those.
   *
   * @param place among those that take turns, from 0
   */
  void pace(int every, int place, long nowNs) {
    rank = place;
    if (pace == every) {
      return;
    }
    pace = every;
    if (periodic && every == 1 && dueNs - nowNs > intervalNs()) {
      dueNs = nowNs + intervalNs();
    } else if (periodic && every > 1 && together && !running && failures == 0) {
      takeTurns();
    }
  }

  /** All observers have just looked at the same moment: from here on each has its own again. */
  private void takeTurns() {
    together = false;
    dueNs = startedNs + intervalNs() * (1 + rank);
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
    lostSinceNs += ns;
    spoilt = running;
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
    refusing = result instanceof Result.Refusal;
    lost &= result instanceof Result.Blind;
    return switch (result) {
      case Result.Pass ignored -> passed(nowNs);
      case Result.Refusal refusal -> {
        refusals++;
        yield failed(refusal.reason(), worked ? REFUSAL_WEIGHT : 1, worked, nowNs);
      }
      case Result.Fail fail when spoilt -> {
        dueNs = nowNs;
        yield false;
      }
      case Result.Blind blind when blind(blind.cause(), worked, nowNs) -> {
        armed = periodic;
        again = false;
        dueNs = afterInterval(nowNs);
        yield false;
      }
      case Result.Blind blind -> failed(blind.reason(), 1, worked, nowNs);
      case Result.Fail fail -> failed(fail.reason(), 1, worked, nowNs);
    };
  }

  /** Whether it is no evidence that nothing was seen. */
  private boolean blind(Cause cause, boolean worked, long nowNs) {
    if (cause != Cause.LOST) {
      return true;
    }
    if (!lost) {
      lost = true;
      lostSinceNs = nowNs;
    }
    return worked && nowNs - lostSinceNs < LOST_NS;
  }

  private boolean passed(long nowNs) {
    clear();
    passes = Math.min(passes + 1, MANY);
    armed = periodic || again;
    if (again) {
      dueNs = soon(nowNs);
    } else if (periodic && together && pace > 1) {
      takeTurns();
    } else {
      dueNs = everPassed ? afterInterval(nowNs) : nowNs + firstGapNs;
    }
    again = false;
    everPassed = true;
    return true;
  }

  private boolean failed(String reason, int weight, boolean worked, long nowNs) {
    again = false;
    passes = 0;
    failures = Math.min(failures + weight, MANY);
    tries = Math.min(tries + 1, MANY);
    lastFailure = CheckRun.describe(spec) + ": " + reason;
    armed = periodic || tries < TRIES;
    dueNs = retryNs(worked, nowNs);
    return true;
  }

  private long retryNs(boolean worked, long nowNs) {
    long regularNs = afterInterval(nowNs);
    boolean fast = !periodic || worked;
    if (!fast || tries >= TRIES) {
      return regularNs;
    }
    // From start to start: a time-out has taken the time already.
    long retryNs = startedNs + (tries == 1 ? FIRST_RETRY_NS : SECOND_RETRY_NS);
    if (retryNs - nowNs < 0) {
      retryNs = nowNs;
    }
    return periodic && regularNs - retryNs < 0 ? regularNs : retryNs;
  }

  /** From start to start, so that a slow answer does not stretch the period; never in the past. */
  private long afterInterval(long nowNs) {
    long nextNs = startedNs + intervalNs() * pace;
    return nextNs - nowNs < 0 ? nowNs : nextNs;
  }

  /** Forgets the failures. */
  void clear() {
    failures = 0;
    refusals = 0;
    tries = 0;
  }

  /** Forgets everything that was seen. */
  void restartCount() {
    clear();
    passes = 0;
  }

  /** Passes have to come in a row from here on; failures stay. */
  void forgetPasses() {
    passes = 0;
  }

  /** Failures, in percent of those that make it fail; rounded up. */
  int weight() {
    int percent = (failures * Watch.CONVINCED + spec.fall() - 1) / spec.fall();
    return failures >= spec.fall() ? Watch.CONVINCED : percent;
  }

  boolean refusing() {
    return refusing && failures > 0;
  }

  /** Whether a demand is still being answered. */
  boolean active() {
    return running || armed;
  }

  boolean failing() {
    return failures > 0;
  }

  /** Whether it failed once, and has not been tried again. */
  boolean failedOnce() {
    return failures == 1;
  }

  boolean fallen() {
    return failures >= spec.fall();
  }

  /** Whether it failed so often that nothing else can speak for the instance. */
  boolean hopeless() {
    return refusing || failures >= 2 * spec.fall();
  }

  boolean passed() {
    return passes > 0;
  }

  boolean risen() {
    return passes >= spec.rise();
  }

  int refusals() {
    return refusals;
  }

  String failure() {
    return lastFailure;
  }
}
