package io.hawser.bus.client.storage;

import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Mismatch;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.Written;

/** What the results of changes mean to who wanted one of them. */
public final class Results {
  public static final String REVISION_MISMATCH = "revision-mismatch";
  public static final String FENCED = "fenced";
  public static final String LEASE_HELD = "lease-held";
  public static final String UNKNOWN_LEASE = "unknown-lease";

  private Results() {}

  /** The wanted result, or the store's refusal by its code. */
  public static <R extends Result> Outcome<R> expect(Class<R> wanted, Outcome<Result> outcome) {
    if (!(outcome instanceof Outcome.Ok<Result> ok)) {
      return outcome.map(wanted::cast);
    }
    Result result = ok.value();
    return wanted.isInstance(result) ? new Outcome.Ok<>(wanted.cast(result)) : refused(result);
  }

  private static <R> Outcome<R> refused(Result result) {
    return switch (result) {
      case Mismatch mismatch ->
          new Outcome.Rejected<>(
              REVISION_MISMATCH,
              mismatch
                  .current()
                  .map(key -> "the key is at revision " + key.modRevision() + " now")
                  .orElse("there is no such key"));
      case Fenced fenced ->
          new Outcome.Rejected<>(
              FENCED,
              "the token %d of %s is over: %d was seen"
                  .formatted(fenced.token(), fenced.resource(), fenced.highest()));
      case LeaseHeld held ->
          new Outcome.Rejected<>(
              LEASE_HELD,
              "%s is held by %s under epoch %d"
                  .formatted(held.lease(), held.holder(), held.epoch()));
      case LeaseGone gone ->
          new Outcome.Rejected<>(UNKNOWN_LEASE, "nobody holds the lease " + gone.lease());
      case TooLate ignored -> new Outcome.Rejected<>("too-late", "its result is forgotten");
      case Written ignored -> unexpected(result);
      case TxnDone ignored -> unexpected(result);
      case LeaseState ignored -> unexpected(result);
    };
  }

  private static <R> Outcome<R> unexpected(Result result) {
    return new Outcome.Unknown<>("the store answered with another kind of result: " + result);
  }

  /** The answer, when it is of the kind that was asked for. */
  static <C extends Content> Outcome<C> typed(Outcome<? extends Content> outcome, Class<C> type) {
    return switch (outcome) {
      case Outcome.Ok<? extends Content> ok ->
          type.isInstance(ok.value())
              ? new Outcome.Ok<>(type.cast(ok.value()))
              : new Outcome.Unknown<>("the store answered something else: " + ok.value());
      case Outcome.Rejected<? extends Content> rejected -> rejected.cast();
      case Outcome.Unknown<? extends Content> unknown -> unknown.cast();
    };
  }
}
