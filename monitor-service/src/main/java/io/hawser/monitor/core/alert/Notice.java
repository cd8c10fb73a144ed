package io.hawser.monitor.core.alert;

import io.hawser.model.Event;
import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Rule;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is to be told of an alert that began to fire or was resolved.
 *
 * @param labels name the alert: the rule's own, {@code alertname} and {@code severity}; equal in
 *     both notices of one alert
 * @param endsAtMs 0 while it fires
 */
public record Notice(
    String rule,
    String severity,
    double value,
    double threshold,
    Map<String, String> labels,
    Map<String, String> annotations,
    long startsAtMs,
    long endsAtMs) {
  public Notice {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  public boolean firing() {
    return endsAtMs == 0;
  }

  /** The event that tells the same. */
  public Event.Body event() {
    return firing()
        ? new Event.AlertFiring(rule, severity, value, threshold)
        : new Event.AlertResolved(rule, severity, value);
  }

  static Notice of(String name, Rule rule, AlertState.Firing now) {
    return of(name, rule, now.value(), now.firedAtMs(), 0);
  }

  static Notice of(String name, Rule rule, AlertState.Resolved now) {
    return of(name, rule, now.value(), now.firedAtMs(), now.resolvedAtMs());
  }

  private static Notice of(String name, Rule rule, double value, long startsAtMs, long endsAtMs) {
    Map<String, String> labels = new TreeMap<>(rule.labels());
    labels.put("alertname", name);
    if (!rule.severity().isEmpty()) {
      labels.put("severity", rule.severity());
    }
    Map<String, String> annotations = new TreeMap<>(rule.annotations());
    annotations.putIfAbsent("summary", summary(rule));
    annotations.putIfAbsent("value", Double.toString(value));
    return new Notice(
        name, rule.severity(), value, rule.threshold(), labels, annotations, startsAtMs, endsAtMs);
  }

  private static String summary(Rule rule) {
    return rule.function().name().toLowerCase(Locale.ROOT)
        + " of "
        + rule.metric()
        + new TreeMap<>(rule.labels())
        + (rule.comparison() == Comparison.ABOVE ? " above " : " below ")
        + rule.threshold();
  }
}
