package io.hawser.registry.core;

import io.hawser.model.Facet.CheckSpec;
import io.hawser.registry.core.CheckRun.Result.Cause;
import java.util.concurrent.TimeUnit;

/**
 * What the runs of one check have shown, counted in a row. Not thread-safe: owned by one verticle.
 * Soft state.
 */
final class Tally {
  private static final int REFUSAL_WEIGHT = 2;
  private static final int MANY = 1_000_000;

  /** An instance that cannot be found for so long fails: it is not only here that it is lost. */
  private static final long LOST_NS = TimeUnit.MINUTES.toNanos(1);

  private final CheckSpec spec;
  private int failures;
  private int refusals;
  private int tries;
  private int passes;
  private boolean refusing;
  private boolean lost;
  private long lostSinceNs;
  private String failure = "";

  Tally(CheckSpec spec) {
    this.spec = spec;
  }

  void passed() {
    clear();
    nothing();
    passes = Math.min(passes + 1, MANY);
  }

  void failed(String reason) {
    nothing();
    fail(reason, 1);
  }

  /**
   * @param worked whether the instance is held to work: then it weighs more than a failure does
   */
  void refused(String reason, boolean worked) {
    nothing();
    refusing = true;
    refusals++;
    fail(reason, worked ? REFUSAL_WEIGHT : 1);
  }

  private void fail(String reason, int weight) {
    passes = 0;
    failures = Math.min(failures + weight, MANY);
    tries = Math.min(tries + 1, MANY);
    failure = CheckRun.describe(spec) + ": " + reason;
  }

  /** A run has come to nothing that counts. */
  void nothing() {
    refusing = false;
    lost = false;
  }

  /** Whether it is no evidence that a run saw nothing. */
  boolean blind(Cause cause, boolean worked, long nowNs) {
    refusing = false;
    if (cause != Cause.LOST) {
      return true;
    }
    if (!lost) {
      lost = true;
      lostSinceNs = nowNs;
    }
    return worked && nowNs - lostSinceNs < LOST_NS;
  }

  /** A run that saw nothing, for too long. */
  void lost(String reason) {
    fail(reason, 1);
  }

  /** Moves what lies ahead by the time that this node itself stood still. */
  void shift(long ns) {
    lostSinceNs += ns;
  }

  /** A demand begins, with all its tries. */
  void askedAnew() {
    tries = 0;
    refusals = 0;
  }

  /** Forgets the failures. */
  void clear() {
    failures = 0;
    refusals = 0;
    tries = 0;
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

  /** Whether the last connection was refused. */
  boolean refusing() {
    return refusing && failures > 0;
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

  boolean passes() {
    return passes > 0;
  }

  boolean risen() {
    return passes >= spec.rise();
  }

  /** Runs since the last pass, or since it was asked anew. */
  int tries() {
    return tries;
  }

  int refusals() {
    return refusals;
  }

  String failure() {
    return failure;
  }
}
