package io.hawser.monitor;

import io.hawser.bus.client.MonitorClient;
import io.hawser.catalog.Refused;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.Rule;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.monitor.core.alert.AlertBook;
import io.hawser.monitor.core.alert.AlertBook.Moment;
import io.hawser.monitor.core.alert.Notice;
import io.hawser.monitor.core.alert.Step;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the alert rules once a tick, as long as this node has the lowest id of the live
 * monitors.
 *
 * <p>A step is first written to the catalog and then told, so that the next evaluator does not tell
 * it again; a node that dies between the two leaves it untold. Unsafe under a partition: each side
 * has an evaluator, and both tell. While the owner of a metric does not answer, the alerts on it
 * stay as they are. A metric's new owner begins without data, and so does every owner on its start:
 * rules on a low count or rate need a {@code forMs} that outlasts that.
 */
final class RulesVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(RulesVerticle.class);

  private final ServiceContext node;
  private final NodeId self;
  private final MonitorClient monitor;
  private final WebhookNotifier notifier;
  private final AlertBook book = new AlertBook();
  private final Set<String> unanswered = new HashSet<>();
  private AlertCatalog catalog;
  private Future<?> lastTick = Future.succeededFuture();
  private long timer;
  private boolean acting;
  private boolean stopping;

  @SuppressWarnings("NullAway.Init") // the catalog's view is made on the verticle's context
  RulesVerticle(ServiceContext node) {
    this.node = node;
    this.self = node.members().self().id();
    this.monitor = new MonitorClient(node.bus(), node.members());
    this.notifier = new WebhookNotifier(node);
  }

  @Override
  public Future<?> start() {
    catalog = new AlertCatalog(node.catalog(), node.hardState(), context);
    notifier.start();
    timer = vertx.setPeriodic(node.settings().get(MonitorSettings.TICK_MS), id -> tick());
    node.readiness().ready(MonitorClient.ROLE);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    boolean unused = vertx.cancelTimer(timer);
    return lastTick.transform(result -> notifier.close());
  }

  private void tick() {
    if (!lastTick.isComplete()) {
      node.meters().counter(Meters.RULE_TICKS_MISSED).increment();
      return;
    }
    Map<String, Rule> rules = catalog.rules();
    Map<String, Alert> alerts = catalog.alerts();
    book.remember(rules, alerts.keySet());
    if (mayAct()) {
      lastTick = evaluate(rules, alerts);
    }
  }

  private Future<?> evaluate(Map<String, Rule> rules, Map<String, Alert> alerts) {
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
    alerts.keySet().stream()
        .filter(name -> !rules.containsKey(name) && catalog.deleted(name))
        .forEach(name -> work.add(end(name)));
    return Future.join(work);
  }

  private boolean mayAct() {
    boolean may = !stopping && node.members().lowestWith(MonitorClient.ROLE);
    if (may != acting) {
      acting = may;
      log.info("rule evaluation {} here node={}", may ? "begins" : "ends", self);
    }
    if (!may) {
      book.stepAside();
    }
    return may;
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
      log.warn("rule cannot be evaluated node={} rule={} cause={}", self, name, why);
    }
    return Future.succeededFuture();
  }

  private Future<Void> look(String name, Rule rule, Summary summary) {
    if (!mayAct()) {
      return Future.succeededFuture();
    }
    node.meters().counter(Meters.RULE_EVALUATIONS).increment();
    Optional<Alert> alert = catalog.alert(name);
    return take(name, Optional.of(rule), alert, book.look(name, rule, alert, summary, now()));
  }

  private Future<Void> end(String name) {
    Optional<Alert> alert = catalog.alert(name);
    return alert.isPresent()
        ? take(name, Optional.empty(), alert, book.end(name, alert.get(), now()))
        : Future.succeededFuture();
  }

  private Future<Void> take(String name, Optional<Rule> rule, Optional<Alert> seen, Step step) {
    return switch (step) {
      case Step.Stay ignored -> Future.succeededFuture();
      case Step.Write write ->
          catalog
              .write(name, rule, seen, write.value())
              .onSuccess(written -> write.notice().ifPresent(this::tell))
              .onFailure(e -> notWritten(name, e))
              .mapEmpty();
    };
  }

  private void notWritten(String name, Throwable cause) {
    if (!(cause instanceof Refused)) {
      log.error("alert not written node={} rule={}", self, name, cause);
    }
  }

  private void tell(Notice notice) {
    String phase = notice.firing() ? "firing" : "resolved";
    log.info(
        "alert {} node={} rule={} severity={} value={} threshold={}",
        phase,
        self,
        notice.rule(),
        notice.severity(),
        notice.value(),
        notice.threshold());
    node.meters().counter(Meters.ALERTS, "phase", phase).increment();
    node.events().publish(notice.event());
    notifier.notify(catalog.receivers(), notice);
  }

  private Moment now() {
    return new Moment(node.time().wallMs(), node.time().nowNs());
  }
}
