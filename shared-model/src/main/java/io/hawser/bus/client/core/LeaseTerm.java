package io.hawser.bus.client.core;

import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Result;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What a holder knows of its lease.
 *
 * <pre>
 * Seeking  acquired                   -> Held
 * Seeking  held by another, unknown   -> Seeking, tried again later
 * Held     renewed                    -> Held for longer
 * Held     no answer, unknown         -> Held, as long as it is valid
 * Held     held by another, gone      -> Seeking
 * Held     the time is over           -> Seeking
 * </pre>
 *
 * <p>A lease counts as held from before the request was sent for its life, less a margin for clocks
 * that do not run alike: the store ends it later than that. Time is of the holder's monotonic
 * clock. Not thread-safe: owned by one context. Soft state: after a restart the same holder gets
 * the same epoch while the lease lasts.
 */
public final class LeaseTerm {
  /** What to ask for now. */
  public sealed interface Step {}

  public record Acquire() implements Step {}

  public record Renew(long epoch) implements Step {}

  /** Nothing before this time. */
  public record Rest(long untilNs) implements Step {}

  private sealed interface State {}

  private record Seeking(long fromNs) implements State {}

  private record Held(long epoch, long validUntilNs, long renewNs) implements State {}

  private final long ttlNs;
  private final long marginNs;
  private State state;

  /**
   * @param ttlMs the life that is asked for
   */
  public LeaseTerm(long ttlMs, long nowNs) {
    this.ttlNs = TimeUnit.MILLISECONDS.toNanos(ttlMs);
    this.marginNs = ttlNs / 10;
    this.state = new Seeking(nowNs);
  }

  /** What to ask for now, when no request is under way. */
  public Step next(long nowNs) {
    if (state instanceof Held held && nowNs - held.validUntilNs() >= 0) {
      state = new Seeking(nowNs);
    }
    return switch (state) {
      case Seeking seeking ->
          nowNs - seeking.fromNs() >= 0 ? new Acquire() : new Rest(seeking.fromNs());
      case Held held ->
          nowNs - held.renewNs() >= 0
              ? new Renew(held.epoch())
              : new Rest(earlier(held.renewNs(), held.validUntilNs()));
    };
  }

  /**
   * The answer to what {@link #next} asked for.
   *
   * @param sentNs before the request was sent
   */
  public void answered(Step asked, Outcome<Result> outcome, long sentNs, long nowNs) {
    if (outcome instanceof Outcome.Ok<Result> ok) {
      switch (ok.value()) {
        case LeaseState lease -> held(asked, lease, sentNs);
        case LeaseHeld ignored -> state = new Seeking(nowNs + ttlNs / 3);
        case LeaseGone ignored -> state = new Seeking(nowNs);
        default -> retry(nowNs);
      }
    } else {
      retry(nowNs);
    }
  }

  private void held(Step asked, LeaseState lease, long sentNs) {
    boolean late = asked instanceof Renew renew && renew.epoch() != lease.epoch();
    if (!late) {
      // The store may have shortened or kept the life: the shorter one counts.
      long lifeNs = Math.min(ttlNs, TimeUnit.MILLISECONDS.toNanos(lease.ttlMs()));
      state = new Held(lease.epoch(), sentNs + lifeNs - marginNs, sentNs + lifeNs / 3);
    }
  }

  private void retry(long nowNs) {
    long laterNs = nowNs + ttlNs / 20;
    state =
        switch (state) {
          case Seeking ignored -> new Seeking(laterNs);
          case Held held -> new Held(held.epoch(), held.validUntilNs(), laterNs);
        };
  }

  /** The epoch under which the lease is held now; empty when it is not, or may not be. */
  public OptionalLong epoch(long nowNs) {
    return state instanceof Held held && nowNs - held.validUntilNs() < 0
        ? OptionalLong.of(held.epoch())
        : OptionalLong.empty();
  }

  /** Until when {@link #epoch} stays as it is without a renewal; only while it is not empty. */
  public long validUntilNs() {
    return state instanceof Held held ? held.validUntilNs() : 0;
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }
}
