package io.hawser.monitor;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.catalog.Refused;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.Facet.Rule;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules, alerts and receivers of the catalog, by name. Rules and alerts are read anew only
 * after one was changed, since that is a walk over all entries. Owned by one context, on which its
 * futures complete.
 */
final class AlertCatalog {
  /** Rules beyond this many, in the order of their names, are not evaluated. */
  static final int MAX_RULES = 1_000;

  /** Receivers beyond this many, in the order of their names, get nothing. */
  static final int MAX_RECEIVERS = 100;

  private final CatalogReplica replica;
  private final HardStateReplica hardState;
  private final Context context;
  private boolean stale = true;
  private Map<String, Rule> rules = Map.of();
  private Map<String, Alert> alerts = Map.of();

  /** To be made on the context that is to own it. */
  AlertCatalog(CatalogReplica replica, HardStateReplica hardState, Context context) {
    this.replica = replica;
    this.hardState = hardState;
    this.context = context;
    replica.onChange(entries -> stale |= entries.stream().anyMatch(AlertCatalog::concernsAlerts));
  }

  private static boolean concernsAlerts(Entry entry) {
    return entry.key().kind() == Kind.RULE || entry.key().kind() == Kind.ALERT;
  }

  Map<String, Rule> rules() {
    refresh();
    return rules;
  }

  Map<String, Alert> alerts() {
    refresh();
    return alerts;
  }

  private void refresh() {
    if (stale) {
      stale = false;
      rules = named(Kind.RULE, Rule.class, MAX_RULES);
      alerts = named(Kind.ALERT, Alert.class, Integer.MAX_VALUE);
    }
  }

  Map<String, Receiver> receivers() {
    return named(Kind.RECEIVER, Receiver.class, MAX_RECEIVERS);
  }

  private <F extends Facet> Map<String, F> named(Kind kind, Class<F> type, int limit) {
    Map<String, F> found = new LinkedHashMap<>();
    replica.all(kind, type).entrySet().stream()
        .limit(limit)
        .forEach(entry -> found.put(entry.getKey().name(), entry.getValue()));
    return found;
  }

  /** The alert as it is now. */
  Optional<Alert> alert(String name) {
    return replica.get(alertKey(name), Alert.class);
  }

  /**
   * Whether the rule is known to have been deleted. One without a trace may be on its way here, as
   * long as the records have not been read.
   */
  boolean deleted(String name) {
    return replica.get(ruleKey(name), Rule.class).isEmpty()
        && (hardState.known() || replica.stamp(ruleKey(name)).isPresent());
  }

  /**
   * Writes an alert, or deletes it.
   *
   * @param rule and {@code seen}: what the decision was made from; fails with {@link Refused} when
   *     either is not so any more
   */
  Future<List<Entry>> write(
      String name, Optional<Rule> rule, Optional<Alert> seen, Optional<Alert> value) {
    return here(
        replica.update(
            entries -> {
              if (!entries.get(alertKey(name), Alert.class).equals(seen)
                  || !entries.get(ruleKey(name), Rule.class).equals(rule)) {
                throw new Refused("alert-changed", "the rule or its alert was changed meanwhile");
              }
              return Map.of(alertKey(name), value.map(Facet.class::cast));
            }));
  }

  private static FacetKey ruleKey(String name) {
    return FacetKey.named(Kind.RULE, name);
  }

  private static FacetKey alertKey(String name) {
    return FacetKey.named(Kind.ALERT, name);
  }

  /** The same future, completed on this context: the replica completes its own on another. */
  private <T> Future<T> here(Future<T> elsewhere) {
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(
        result -> context.runOnContext(v -> promise.complete(result)),
        failure -> context.runOnContext(v -> promise.fail(failure)));
    return promise.future();
  }
}
