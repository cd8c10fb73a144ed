package io.hawser.gateway.http;

import io.hawser.gateway.json.Problem;
import io.hawser.model.Outcome;

/** How the outcome of a call to another service is told to an HTTP client. */
public final class Outcomes {
  private static final String RETRY_S = "1";

  private Outcomes() {}

  /**
   * The value of an outcome.
   *
   * @param what what was asked for, as the start of a sentence
   * @throws Problem 4xx when it was refused, 503 {@code unknown-outcome} when nobody knows
   */
  public static <T> T value(String what, Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T> ok -> ok.value();
      case Outcome.Rejected<T> rejected -> throw refusal(rejected.code(), rejected.detail());
      case Outcome.Unknown<T> unknown ->
          throw unavailable(
              "unknown-outcome",
              what
                  + " may or may not have been done: "
                  + unknown.detail()
                  + "; it is safe to repeat it");
    };
  }

  /**
   * What a refusal by its code is: 503 where another node can do it, 404 for what is unknown, 400
   * for what is bad, 409 otherwise.
   */
  public static Problem refusal(String code, String detail) {
    if (code.equals("unknown-request")) {
      return unavailable(
          "old-node", "the node that has to do it is of an older version: " + detail);
    }
    if (code.equals("clock-ahead")) {
      return unavailable(code, detail);
    }
    if (code.startsWith("unknown-")) {
      return Problem.of(404, code, detail);
    }
    return Problem.of(code.startsWith("bad-") ? 400 : 409, code, detail);
  }

  /** Something that should be there in a moment. */
  public static Problem unavailable(String code, String detail) {
    return Problem.of(503, code, detail).with("Retry-After", RETRY_S);
  }
}
