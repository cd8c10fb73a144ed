package io.hawser.failover.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What this manager remembers of one incident: since when it has waited for what, and what drivers
 * answered. Soft state: the next manager starts without it, waits again, and repeats calls under
 * their names. Not thread-safe.
 */
final class Progress {
  /** Where a call stands. */
  sealed interface Answer {
    record Pending() implements Answer {}

    record Done(long atNs) implements Answer {}

    /**
     * @param code of the refusal, with which the detail begins too
     */
    record Refused(long atNs, String code, String detail) implements Answer {}

    /** It may or may not have been done. */
    record Unclear(long atNs, String detail) implements Answer {}

    /** Never called. */
    record None() implements Answer {}

    /** Why it has not been done, or may not have been; empty while there is no answer. */
    default Optional<String> whyNot() {
      return switch (this) {
        case Refused refused -> Optional.of(refused.detail());
        case Unclear unclear -> Optional.of(unclear.detail());
        case Pending ignored -> Optional.empty();
        case Done ignored -> Optional.empty();
        case None ignored -> Optional.empty();
      };
    }
  }

  private static final Answer NONE = new Answer.None();

  private final Map<String, Long> since = new HashMap<>();
  private final Map<Ask, Answer> answers = new HashMap<>();

  /** For how many milliseconds this has been waited for; zero the first time. */
  long waitedMs(String what, long nowNs) {
    return (nowNs - since.computeIfAbsent(what, w -> nowNs)) / 1_000_000;
  }

  /** It is waited for no more; the next time begins anew. */
  void forget(String what) {
    since.remove(what);
  }

  Answer answer(Ask ask) {
    return answers.getOrDefault(ask, NONE);
  }

  void put(Ask ask, Answer answer) {
    answers.put(ask, answer);
  }

  static long elapsedMs(long sinceNs, long nowNs) {
    return (nowNs - sinceNs) / 1_000_000;
  }
}
