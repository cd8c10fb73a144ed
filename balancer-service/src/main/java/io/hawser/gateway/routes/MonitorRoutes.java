package io.hawser.gateway.routes;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.MonitorClient;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.input.AlertInput;
import io.hawser.gateway.json.RecordJson;
import io.hawser.gateway.json.Text;
import io.hawser.model.Facet.Alert;
import io.hawser.model.Facet.Rule;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.MonitorMessage.Sample;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Measurements and alerts. */
final class MonitorRoutes {
  private static final int MAX_LABELS_TEXT = 4_096;

  private final ServiceContext context;
  private final MonitorClient monitor;

  MonitorRoutes(ServiceContext context, MonitorClient monitor) {
    this.context = context;
    this.monitor = monitor;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("recordSamples", this::record);
    endpoints.on("getSummary", this::summary);
    endpoints.on("listAlerts", this::alerts);
  }

  private Future<Answer> record(Call call) {
    List<Sample> samples = call.read(AlertInput.samples(context.time().wallMs()));
    if (samples.isEmpty()) {
      return Future.succeededFuture(Answer.noContent());
    }
    requireMonitor();
    return monitor
        .record(samples)
        .map(
            outcome -> {
              Ack unused = Outcomes.value("the recording of some samples", outcome);
              return Answer.noContent();
            });
  }

  private Future<Answer> summary(Call call) {
    String name = call.name("name");
    Query query = call.query();
    long windowMs =
        query.integer(
            "windowMs",
            AlertInput.MIN_WINDOW_MS,
            AlertInput.MAX_WINDOW_MS,
            AlertInput.DEFAULT_WINDOW_MS);
    Map<String, String> labels = labels(query);
    requireMonitor();
    return monitor
        .query(name, labels, windowMs)
        .map(outcome -> Outcomes.value("the query", outcome))
        .map(summary -> Answer.ok(json(name, labels, windowMs, summary)));
  }

  /** {@code a=1,b=2}. */
  private static Map<String, String> labels(Query query) {
    Map<String, String> labels = new TreeMap<>();
    String text = query.text("labels", Text.line(MAX_LABELS_TEXT)).orElse("");
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      String[] pair = part.split("=", 2);
      boolean fits =
          pair.length == 2
              && Text.NAME.fault(pair[0]).isEmpty()
              && pair[1].length() <= AlertInput.MAX_LABEL_VALUE
              && labels.size() < AlertInput.MAX_LABELS;
      if (!fits || labels.put(pair[0], pair[1]) != null) {
        throw Query.bad("labels", "must be like service=shop,zone=a, each name once");
      }
    }
    return labels;
  }

  /** Without samples there is nothing that the other figures could say: they are null. */
  private static Map<String, @Nullable Object> json(
      String name, Map<String, String> labels, long windowMs, Summary summary) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("labels", labels);
    json.put("windowMs", windowMs);
    json.putAll(RecordJson.of(summary));
    if (summary.count() == 0) {
      List.of("mean", "min", "max", "p50", "p90", "p95", "p99", "p999")
          .forEach(figure -> json.put(figure, null));
    }
    return json;
  }

  private Future<Answer> alerts(Call call) {
    List<?> alerts =
        context.catalog().all(Kind.ALERT, Alert.class).entrySet().stream()
            .map(e -> alert(context.catalog(), e.getKey().name(), e.getValue()))
            .toList();
    return Future.succeededFuture(Answer.ok(alerts));
  }

  private static Map<String, @Nullable Object> alert(
      CatalogReplica catalog, String rule, Alert alert) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("rule", rule);
    json.putAll(RecordJson.of(alert));
    catalog
        .get(FacetKey.named(Kind.RULE, rule), Rule.class)
        .map(RecordJson::of)
        .ifPresent(fields -> fields.forEach(json::putIfAbsent));
    return json;
  }

  private void requireMonitor() {
    if (context.members().liveWith(MonitorClient.ROLE).isEmpty()) {
      throw Outcomes.unavailable(
          "no-monitor", "no live node has the role " + MonitorClient.ROLE + "; nothing was done");
    }
  }
}
