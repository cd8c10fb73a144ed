package io.hawser.drill.linear;

import io.hawser.drill.linear.Op.Outcome;
import org.jspecify.annotations.Nullable;

/** What a register may do: the sequential specification that a history is held against. */
final class Register {
  private Register() {}

  /** The value after the operation; null when it cannot have ended as it did with this value. */
  static @Nullable String step(String value, Op op) {
    return switch (op.call()) {
      case Call.Get g -> value.equals(op.seen()) ? value : null;
      case Call.Put(String next) -> next;
      case Call.Delete d -> delete(value, op.outcome());
      case Call.CompareAndSet cas -> compareAndSet(value, cas, op.outcome());
    };
  }

  /** Refused means that there was nothing to delete. */
  private static @Nullable String delete(String value, Outcome outcome) {
    boolean there = !value.equals(Call.ABSENT);
    return outcome == Outcome.REFUSED && there ? null : Call.ABSENT;
  }

  private static @Nullable String compareAndSet(
      String value, Call.CompareAndSet cas, Outcome outcome) {
    boolean holds = value.equals(cas.expected());
    return switch (outcome) {
      case DONE -> holds ? cas.value() : null;
      case REFUSED -> holds ? null : value;
      case UNKNOWN -> holds ? cas.value() : value;
    };
  }
}
