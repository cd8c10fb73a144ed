package io.hawser.balancer.core;

import io.hawser.balancer.core.strategy.LoadReport;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

  private final AtomicInteger active = new AtomicInteger();
  private final AtomicReference<Ejection> ejection = new AtomicReference<>(Ejection.NONE);
  private volatile @Nullable LoadReport load;

  public int active() {
    return active.get();
  }

  /** A request goes to it. Each call is followed by one of {@link #leave}. */
  public void enter() {
    active.incrementAndGet();
  }

  public void leave() {
    active.decrementAndGet();
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

  /** When its ejection ends; only means something while it is ejected. */
  long ejectedUntilNs() {
    return ejection.get().untilNs();
  }

  /** No connection could be had. */
  public Change unreachable(long nowNs) {
    return failed(now -> now.unreachable(nowNs));
  }

  /** A request was sent on a connection that was good, and not answered. */
  public Change unanswered(long nowNs) {
    return failed(now -> now.unanswered(nowNs));
  }

  private Change failed(UnaryOperator<Ejection> failure) {
    Ejection before = ejection.getAndUpdate(failure);
    Ejection after = failure.apply(before);
    if (after.sinceNs() == before.sinceNs() && after.lengthNs() == before.lengthNs()) {
      return Change.NOTHING;
    }
    return before.distrusted() ? Change.EJECTED_AGAIN : Change.EJECTED;
  }

  /**
   * It answered.
   *
   * @param startedNs when the request began
   */
  public void answered(long startedNs) {
    if (!ejection.get().spotless()) {
      ejection.updateAndGet(now -> now.answered(startedNs));
    }
  }

  /** Somebody who knows better says that it works. */
  public void cleared() {
    ejection.set(Ejection.NONE);
  }
}
