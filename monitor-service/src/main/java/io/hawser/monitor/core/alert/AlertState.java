package io.hawser.monitor.core.alert;

import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.AlertPhase;
import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Rule;
import java.util.Optional;

/**
 * Where the alert of one rule stands. All times are wall-clock milliseconds, since they outlive the
 * node that wrote them.
 *
 * <pre>
 * state     | condition holds                        | does not hold | no data      | no data for long
 * Inactive  | Pending; Firing when for is 0          | Inactive      | Inactive     | Inactive
 * Pending   | Pending; Firing when held for long     | Inactive      | Pending      | Inactive
 * Firing    | Firing                                 | Resolved      | Firing       | Resolved
 * Resolved  | Pending; Firing when for is 0          | Resolved      | Resolved     | Resolved
 * </pre>
 *
 * <p>Kept as the rule's ALERT facet, so that the next evaluator goes on from it; Inactive is the
 * absence of one. Time without data counts towards {@code for} once the condition is seen to hold
 * again.
 */
sealed interface AlertState {

  record Inactive() implements AlertState {}

  /**
   * @param sinceMs when the condition began to hold
   */
  record Pending(double value, long sinceMs) implements AlertState {}

  record Firing(double value, long sinceMs, long firedAtMs) implements AlertState {}

  /**
   * @param value the last one that was seen while it fired, or the one that ended it
   */
  record Resolved(double value, long sinceMs, long firedAtMs, long resolvedAtMs)
      implements AlertState {}

  static AlertState of(Optional<Alert> facet) {
    if (facet.isEmpty()) {
      return new Inactive();
    }
    Alert a = facet.get();
    return switch (a.phase()) {
      case PENDING -> new Pending(a.value(), a.sinceMs());
      case FIRING -> new Firing(a.value(), a.sinceMs(), a.firedAtMs());
      case RESOLVED -> new Resolved(a.value(), a.sinceMs(), a.firedAtMs(), a.resolvedAtMs());
    };
  }

  default Optional<Alert> facet() {
    return switch (this) {
      case Inactive ignored -> Optional.empty();
      case Pending p -> Optional.of(new Alert(AlertPhase.PENDING, p.value, p.sinceMs, 0, 0));
      case Firing f ->
          Optional.of(new Alert(AlertPhase.FIRING, f.value, f.sinceMs, f.firedAtMs, 0));
      case Resolved r ->
          Optional.of(
              new Alert(AlertPhase.RESOLVED, r.value, r.sinceMs, r.firedAtMs, r.resolvedAtMs));
    };
  }

  /** The state after the rule's function gave this value. */
  default AlertState seen(Rule rule, double value, long wallMs) {
    boolean holds =
        rule.comparison() == Comparison.ABOVE ? value > rule.threshold() : value < rule.threshold();
    if (!holds) {
      return cleared(value, wallMs);
    }
    return switch (this) {
      case Inactive ignored -> holding(rule, value, wallMs, wallMs);
      // A start in the future comes from another evaluator's clock.
      case Pending p -> holding(rule, value, Math.min(p.sinceMs, wallMs), wallMs);
      case Firing f -> new Firing(value, f.sinceMs, f.firedAtMs);
      case Resolved ignored -> holding(rule, value, wallMs, wallMs);
    };
  }

  /** The state after there was nothing in the rule's window. */
  default AlertState missing(boolean forLong, long wallMs) {
    return forLong ? cleared(lastValue(), wallMs) : this;
  }

  /** The state after the condition is known not to hold, or nobody wants to know any more. */
  default AlertState cleared(double value, long wallMs) {
    return switch (this) {
      case Inactive inactive -> inactive;
      case Pending ignored -> new Inactive();
      case Firing f -> new Resolved(value, f.sinceMs, f.firedAtMs, wallMs);
      case Resolved resolved -> resolved;
    };
  }

  default double lastValue() {
    return switch (this) {
      case Inactive ignored -> 0;
      case Pending p -> p.value;
      case Firing f -> f.value;
      case Resolved r -> r.value;
    };
  }

  private static AlertState holding(Rule rule, double value, long sinceMs, long wallMs) {
    return wallMs - sinceMs >= rule.forMs()
        ? new Firing(value, sinceMs, wallMs)
        : new Pending(value, sinceMs);
  }
}
