package io.hawser.gateway.storage;

import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.json.Problem;
import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Mismatch;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.Written;

/** How what the store does not do is told to an HTTP client. */
public final class Refusals {
  private static final String RETRY_S = "1";

  private Refusals() {}

  /**
   * The value of an outcome.
   *
   * @param what what was asked for, as the start of a sentence
   */
  public static <T> T value(String what, Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T> ok -> ok.value();
      case Outcome.Rejected<T> rejected -> throw refusal(rejected.code(), rejected.detail());
      case Outcome.Unknown<T> unknown ->
          throw Outcomes.unavailable(
              "unknown-outcome",
              what
                  + " may or may not have been done: "
                  + unknown.detail()
                  + "; read before you repeat it, or repeat it under its Idempotency-Key");
    };
  }

  private static Problem refusal(String code, String detail) {
    return switch (code) {
      case "overloaded" -> Problem.of(429, code, detail).with("Retry-After", RETRY_S);
      case "no-quorum", "no-storage" -> Outcomes.unavailable(code, detail);
      case "no-room" -> Problem.of(507, code, detail);
      case "conflict" -> Problem.of(409, "operation-refused", detail);
      case "unknown-verb" -> Outcomes.unavailable("old-node", detail);
      default ->
          code.startsWith("bad-")
              ? Problem.of(400, "bad-operation", detail)
              : Outcomes.refusal(code, detail);
    };
  }

  /**
   * The result that was wanted of a change.
   *
   * @param what what was asked for, as the start of a sentence
   */
  static <R extends Result> R result(String what, Class<R> wanted, Outcome<Result> outcome) {
    Result result = value(what, outcome);
    if (wanted.isInstance(result)) {
      return wanted.cast(result);
    }
    throw refused(result);
  }

  private static Problem refused(Result result) {
    return switch (result) {
      case Mismatch mismatch -> mismatch(mismatch);
      case Fenced fenced ->
          Problem.of(
              409,
              "fenced",
              "the token %d of '%s' is over: %d was seen; nothing was done"
                  .formatted(fenced.token(), fenced.resource(), fenced.highest()));
      case LeaseHeld held ->
          Problem.of(
                  409,
                  "lease-held",
                  "'%s' is held by '%s' under the epoch %d"
                      .formatted(held.lease(), held.holder(), held.epoch()))
              .also("holder", held.holder())
              .also("epoch", held.epoch());
      case LeaseGone gone -> unknownLease(gone.lease());
      case TooLate ignored ->
          Problem.of(409, "too-late", "the result of this request is forgotten");
      case Written ignored -> unexpected(result);
      case TxnDone ignored -> unexpected(result);
      case LeaseState ignored -> unexpected(result);
    };
  }

  private static Problem mismatch(Mismatch mismatch) {
    Problem problem =
        Problem.of(
            412,
            "revision-mismatch",
            mismatch
                .current()
                .map(key -> "the key is at revision " + key.modRevision() + "; nothing was done")
                .orElse("there is no such key; nothing was done"));
    return mismatch
        .current()
        .map(KeyMeta::modRevision)
        .map(revision -> problem.also("revision", revision))
        .orElse(problem);
  }

  static Problem unknownLease(String lease) {
    return Problem.of(404, "unknown-lease", "nobody holds the lease '" + lease + "'");
  }

  private static Problem unexpected(Result result) {
    return Outcomes.unavailable(
        "old-node", "the store answered with a result of another kind: " + result);
  }
}
