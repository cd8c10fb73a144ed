package io.hawser.balancer.core;

import io.hawser.balancer.core.limit.FailureWindow;
import io.hawser.balancer.core.strategy.LoadReport;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What this node's loops know of one life of an instance. Soft state: it lives as long as the
 * instance stands in the catalog with the same incarnation and address, whatever tables come and
 * go. Thread-safe: every loop of the node reads and writes it.
 */
public final class EndpointState {
  /** What a failure changed. */
  public enum Change {
    NOTHING,
    /** It was trusted before. */
    EJECTED,
    /** It was on probation. */
    EJECTED_AGAIN
  }

  /** Whether requests go to it, as circuit breakers have it. */
  public enum Circuit {
    /** They do. */
    CLOSED(0),
    /** One a second does, to see how it is. */
    HALF_OPEN(1),
    /** None does. */
    OPEN(2);

    private final int level;

    Circuit(int level) {
      this.level = level;
    }

    /** As meters show it. */
    public int level() {
      return level;
    }
  }

  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger tunnels = new AtomicInteger();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicReference<Ejection> ejection = new AtomicReference<>(Ejection.NONE);
  private final Pace pace = new Pace();
  private final AtomicReference<Warming> warming = new AtomicReference<>(Warming.DONE);
  private final FailureWindow failures = new FailureWindow();
  private volatile @Nullable LoadReport load;

  public int active() {
    return active.get();
  }

  /** How many requests are at work there, without those that have become tunnels. */
  public int working() {
    return active.get() - tunnels.get();
  }

  /** A request that is at work there has become a tunnel, until {@link #tunnelEnded}. */
  public void tunnelBegan() {
    tunnels.incrementAndGet();
  }

  public void tunnelEnded() {
    tunnels.decrementAndGet();
  }

  /** A request goes to it. Each call is followed by one of {@link #leave}. */
  public void enter() {
    active.incrementAndGet();
    requests.increment();
  }

  /** How many requests have gone to it. */
  public long requests() {
    return requests.sum();
  }

  /** How many of them it did not answer, or with an error. */
  public long failed() {
    return failed.sum();
  }

  public Circuit circuit(long nowNs) {
    Ejection now = ejection.get();
    if (!now.distrusted()) {
      return Circuit.CLOSED;
    }
    return now.ejected(nowNs) && !now.probing() ? Circuit.OPEN : Circuit.HALF_OPEN;
  }

  public void leave() {
    active.decrementAndGet();
  }

  /**
   * From now on an answer is waited for, until it is {@link #measured} or {@link #givenUp}.
   *
   * @param nowNs names it
   */
  public void asked(long nowNs) {
    pace.asked(nowNs);
  }

  public @Nullable LoadReport load() {
    return load;
  }

  public void report(LoadReport report) {
    load = report;
  }

  /**
   * Whether a request may be sent now. On probation only one caller a second gets a yes, and is to
   * try it.
   */
  public boolean admit(long nowNs) {
    Ejection now = ejection.get();
    if (!now.distrusted()) {
      return true;
    }
    return !now.ejected(nowNs) && ejection.compareAndSet(now, now.probed(nowNs));
  }

  public boolean ejected(long nowNs) {
    return ejection.get().ejected(nowNs);
  }

  /** Whether it is ejected because it takes no connections. */
  public boolean refuses(long nowNs) {
    Ejection now = ejection.get();
    return now.ejected(nowNs) && now.cause() == Ejection.Cause.REFUSES;
  }

  /** Whether it took no connections when it was last tried. */
  boolean refused() {
    Ejection now = ejection.get();
    return now.distrusted() && now.cause() == Ejection.Cause.REFUSES;
  }

  /** When its ejection ends; only means something while it is ejected. */
  long ejectedUntilNs() {
    return ejection.get().untilNs();
  }

  /** No connection could be had. */
  public Change unreachable(long nowNs) {
    failed.increment();
    return failed(now -> now.unreachable(nowNs));
  }

  /** A request was sent on a connection that was good, and not answered. */
  public Change unanswered(long nowNs) {
    return unanswered(true, nowNs);
  }

  /**
   * The same.
   *
   * @param may whether it may be ejected, considering the others
   */
  public Change unanswered(boolean may, long nowNs) {
    return unanswered(may, false, nowNs);
  }

  /**
   * The same.
   *
   * @param outlier whether it fails far more than its peers
   */
  public Change unanswered(boolean may, boolean outlier, long nowNs) {
    failed.increment();
    failures.record(true, nowNs);
    pace.failed(nowNs);
    return failed(now -> now.unanswered(may, outlier, nowNs));
  }

  /**
   * It answered with no more than an error.
   *
   * @param counts whether a row of such answers ejects
   * @param outlier whether it fails far more than its peers
   */
  public Change erred(boolean may, boolean counts, boolean outlier, long nowNs) {
    boolean again = ejection.get().cause() == Ejection.Cause.ERRORS;
    if (!counts && !outlier && !again) {
      return Change.NOTHING;
    }
    return failed(now -> now.erred(may, outlier, nowNs));
  }

  private Change failed(UnaryOperator<Ejection> failure) {
    Ejection before = ejection.getAndUpdate(failure);
    Ejection after = failure.apply(before);
    if (after.sinceNs() == before.sinceNs() && after.lengthNs() == before.lengthNs()) {
      return Change.NOTHING;
    }
    failures.clear();
    return before.distrusted() ? Change.EJECTED_AGAIN : Change.EJECTED;
  }

  /**
   * It answered.
   *
   * @param startedNs when the request began
   */
  public void answered(long startedNs) {
    Ejection now = ejection.get();
    if (!now.spotless()) {
      Ejection after = ejection.updateAndGet(e -> e.answered(startedNs));
      if (now.distrusted() && !after.distrusted()) {
        failures.clear();
        warm();
      }
    }
  }

  /** It answered, if only with an error: enough for one that was thought not to answer at all. */
  public void answeredBadly(long startedNs) {
    Ejection now = ejection.get();
    if (now.cause() != Ejection.Cause.ERRORS) {
      Ejection after =
          ejection.updateAndGet(e -> e.errors() > 0 && !e.distrusted() ? e : e.answered(startedNs));
      if (now.distrusted() && !after.distrusted()) {
        warm();
      }
    }
  }

  /**
   * The head of an answer says how long it took, and whether it is an error.
   *
   * @param askedNs from when on it was waited for
   */
  public void measured(long askedNs, boolean error, long nowNs) {
    if (error) {
      failed.increment();
    }
    pace.measured(askedNs, error, nowNs);
  }

  /**
   * An answer is not waited for any more.
   *
   * @param sent whether the instance had the request: then it has taken at least so long
   */
  public void givenUp(long askedNs, boolean sent, long nowNs) {
    pace.givenUp(askedNs, sent, nowNs);
  }

  /** An answer counts in the share of failures: once it has come whole. */
  public void counted(boolean error, long nowNs) {
    failures.record(error, nowNs);
  }

  /** The share of its answers that are failures; NaN when there are too few to say. */
  double failureShare(long nowNs) {
    return failures.share(nowNs);
  }

  /** How long an answer takes, or, when one is waited for, how long that one will at least. */
  public double latencyNs(long nowNs) {
    return pace.latencyNs(nowNs);
  }

  /** From now on it gets its full share only by and by. */
  public void warm() {
    warming.set(Warming.DUE);
  }

  /** The part of its share that it gets. */
  public double ramp(long nowNs) {
    Warming now = warming.get();
    if (now.equals(Warming.DONE)) {
      return 1;
    }
    Warming next = now.at(nowNs);
    if (!next.equals(now)) {
      boolean unused = warming.compareAndSet(now, next);
    }
    return next.part(nowNs);
  }

  /** Somebody who knows better says that it works. */
  public void cleared() {
    ejection.set(Ejection.NONE);
  }
}
