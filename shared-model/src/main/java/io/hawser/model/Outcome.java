package io.hawser.model;

import java.util.function.Function;

/**
 * How a remote call ended.
 *
 * <p>{@link Unknown} is not a failure: the callee may or may not have acted. A write that ended so
 * is repeated only under its own id, or when it is idempotent.
 */
public sealed interface Outcome<T> {
  /** The callee did it. */
  record Ok<T>(T value) implements Outcome<T> {}

  /**
   * The callee refused, and nothing was changed.
   *
   * @param code stable, kebab-case, for machines
   * @param detail for people: what, why and how to mend it
   */
  record Rejected<T>(String code, String detail) implements Outcome<T> {
    /** The same refusal of a call of another type. */
    public <R> Outcome<R> cast() {
      return new Rejected<>(code, detail);
    }
  }

  /** No answer came in time, or the callee is gone. */
  record Unknown<T>(String detail) implements Outcome<T> {
    /** The same uncertainty about a call of another type. */
    public <R> Outcome<R> cast() {
      return new Unknown<>(detail);
    }
  }

  default <R> Outcome<R> map(Function<T, R> mapper) {
    return switch (this) {
      case Ok<T> ok -> new Ok<>(mapper.apply(ok.value()));
      case Rejected<T> rejected -> rejected.cast();
      case Unknown<T> unknown -> unknown.cast();
    };
  }
}
