package io.hawser.monitor;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.MonitorClient;
import io.hawser.catalog.Refused;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.Facet.Rule;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.Outcome;
import io.hawser.monitor.core.alert.AlertBook;
import io.hawser.monitor.core.alert.AlertBook.Moment;
import io.hawser.monitor.core.alert.Notice;
import io.hawser.monitor.core.alert.Step;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the alert rules once a tick, as long as this node has the lowest id of the live monitors.
 *
 * <p>A step is first written to the catalog and then told, so that the next evaluator does not tell it again; a node that dies
 * between the two leaves it untold. Unsafe under a partition: each side has an evaluator, and both tell. While the owner of a
 * metric does not answer, the alerts on it stay as they are. A metric's new owner begins without data, and so does every owner
 * on its start: rules on a low count or rate need a {@code forMs} that outlasts that.
 */
final class RulesVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(RulesVerticle.class);

  /** Rules beyond this many, in the order of their names, are not evaluated. */
  static final int MAX_RULES = 1_000;

  private final ServiceContext node;
  private final CatalogReplica catalog;
  private final MonitorClient monitor;
  private final AlertBook book = new AlertBook();
  private final Set<String> unanswered = new HashSet<>();
  private final WebhookNotifier notifier;
  private boolean acting;
  private boolean busy;

  RulesVerticle(ServiceContext node) {
    this.node = node;
    this.catalog = node.catalog();
    this.monitor = new MonitorClient(node.bus(), node.members());
    this.notifier = new WebhookNotifier(node);
  }

  @Override
  public Future<?> start() {
    notifier.start();
    long unused = vertx.setPeriodic(node.settings().get(MonitorSettings.TICK_MS), id -> tick());
    node.readiness().ready(MonitorClient.ROLE);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return notifier.close();
  }

  private void tick() {
    if (busy) {
      node.meters().counter(Meters.RULE_TICKS_MISSED).increment();
      return;
    }
    Map<String, Rule> rules = named(Kind.RULE, Rule.class, MAX_RULES);
    Map<String, Alert> alerts = named(Kind.ALERT, Alert.class, Integer.MAX_VALUE);
    book.remember(rules, alerts.keySet());
    if (!mayAct()) {
      return;
    }
    busy = true;
    Map<Query, Future<Outcome<Summary>>> asked = new HashMap<>();
    List<Future<Void>> work = new ArrayList<>();
    rules.forEach(
        (name, rule) -> {
          Query query = new Query(rule.metric(), rule.labels(), rule.windowMs());
          Future<Outcome<Summary>> answer =
              asked.computeIfAbsent(
                  query, q -> monitor.query(q.metric(), q.labels(), q.windowMs()));
          work.add(answer.compose(outcome -> judge(name, rule, outcome)));
        });
    alerts.forEach((name, alert) -> work.add(endIfDeleted(name, alert)));
    Future.join(work).onComplete(done -> busy = false);
  }

  private boolean mayAct() {
    boolean lowest = node.members().lowestWith(MonitorClient.ROLE);
    if (lowest != acting) {
      acting = lowest;
      log.info("rule evaluation {} here node={}", lowest ? "begins" : "ends", self());
    }
    if (!lowest) {
      book.stepAside();
    }
    return lowest;
  }

  private Future<Void> judge(String name, Rule rule, Outcome<Summary> outcome) {
    return switch (outcome) {
      case Outcome.Ok<Summary> ok -> {
        boolean unused = unanswered.remove(name);
        yield look(name, rule, ok.value());
      }
      case Outcome.Rejected<Summary> no -> noAnswer(name, no.detail());
      case Outcome.Unknown<Summary> no -> noAnswer(name, no.detail());
    };
  }

  private Future<Void> noAnswer(String name, String why) {
    if (unanswered.add(name)) {
      log.warn("rule cannot be evaluated node={} rule={} cause={}", self(), name, why);
    }
    return Future.succeededFuture();
  }

  private Future<Void> look(String name, Rule rule, Summary summary) {
    if (!mayAct()) {
      return Future.succeededFuture();
    }
    node.meters().counter(Meters.RULE_EVALUATIONS).increment();
    Optional<Alert> alert = catalog.get(FacetKey.named(Kind.ALERT, name), Alert.class);
    return take(name, Optional.of(rule), alert, book.look(name, rule, alert, summary, now()));
  }

  /** Only a deletion that this node has heard of ends an alert: a rule without a trace may be on its way here. */
  private Future<Void> endIfDeleted(String name, Alert alert) {
    FacetKey ruleKey = FacetKey.named(Kind.RULE, name);
    boolean deleted =
        catalog.get(ruleKey, Rule.class).isEmpty() && catalog.stamp(ruleKey).isPresent();
    return deleted
        ? take(name, Optional.empty(), Optional.of(alert), book.end(name, alert, now()))
        : Future.succeededFuture();
  }

  private Future<Void> take(String name, Optional<Rule> rule, Optional<Alert> seen, Step step) {
    return switch (step) {
      case Step.Stay ignored -> Future.succeededFuture();
      case Step.Write write ->
          here(write(name, rule, seen, write.value()))
              .onSuccess(written -> write.notice().ifPresent(this::tell))
              .onFailure(e -> notWritten(name, e))
              .mapEmpty();
    };
  }

  /** Writes, unless the rule or the alert is no longer what the step was made from. */
  private Future<List<Entry>> write(
      String name, Optional<Rule> rule, Optional<Alert> seen, Optional<Alert> value) {
    FacetKey alertKey = FacetKey.named(Kind.ALERT, name);
    return catalog.update(
        entries -> {
          if (!entries.get(alertKey, Alert.class).equals(seen)
              || !entries.get(FacetKey.named(Kind.RULE, name), Rule.class).equals(rule)) {
            throw new Refused("alert-changed", "the rule or its alert was changed meanwhile");
          }
          return Map.of(alertKey, value.map(Facet.class::cast));
        });
  }

  private void notWritten(String name, Throwable cause) {
    if (!(cause instanceof Refused)) {
      log.error("alert not written node={} rule={}", self(), name, cause);
    }
  }

  private void tell(Notice notice) {
    String phase = notice.firing() ? "firing" : "resolved";
    log.info(
        "alert {} node={} rule={} severity={} value={} threshold={}",
        phase,
        self(),
        notice.rule(),
        notice.severity(),
        notice.value(),
        notice.threshold());
    node.meters().counter(Meters.ALERTS, "phase", phase).increment();
    node.events().publish(notice.event());
    notifier.notify(
        named(Kind.RECEIVER, Receiver.class, WebhookNotifier.MAX_RECEIVERS), notice);
  }

  private <F extends Facet> Map<String, F> named(Kind kind, Class<F> type, int limit) {
    Map<String, F> found = new LinkedHashMap<>();
    catalog.all(kind, type).entrySet().stream()
        .limit(limit)
        .forEach(entry -> found.put(entry.getKey().name(), entry.getValue()));
    return found;
  }

  private Moment now() {
    return new Moment(node.time().wallMs(), node.time().nowNs());
  }

  private Object self() {
    return node.members().self().id();
  }

  /** The same future, completed on this verticle's context: the catalog completes its own on another. */
  private <T> Future<T> here(Future<T> elsewhere) {
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(
        result -> context.runOnContext(v -> promise.complete(result)),
        failure -> context.runOnContext(v -> promise.fail(failure)));
    return promise.future();
  }
}
