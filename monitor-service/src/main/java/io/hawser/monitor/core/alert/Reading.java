package io.hawser.monitor.core.alert;

import io.hawser.model.Facet.Function;
import io.hawser.model.Facet.Rule;
import io.hawser.model.MonitorMessage.Summary;

/** What a rule's function gives at one moment. */
sealed interface Reading {
  record Value(double value) implements Reading {}

  /** There was nothing in the window. */
  record Missing() implements Reading {}

  /**
   * Nothing counts as 0 for {@link Function#COUNT} and {@link Function#RATE}, and is missing for
   * the others.
   */
  static Reading of(Rule rule, Summary summary) {
    boolean counting = rule.function() == Function.COUNT || rule.function() == Function.RATE;
    if (summary.count() == 0 && !counting) {
      return new Missing();
    }
    return new Value(
        switch (rule.function()) {
          case MEAN -> summary.mean();
          case MIN -> summary.min();
          case MAX -> summary.max();
          case COUNT -> summary.count();
          case RATE -> summary.rate();
          case P50 -> summary.p50();
          case P90 -> summary.p90();
          case P95 -> summary.p95();
          case P99 -> summary.p99();
          case P999 -> summary.p999();
        });
  }
}
