package io.hawser.gateway.routes;

import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.RecordJson;
import io.hawser.gateway.json.Text;
import io.hawser.model.Facet.Incident;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the failover manager does and did, from its records in the catalog. */
final class FailoverRoutes {
  private static final String MANAGER_ROLE = "failover";
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final ServiceContext context;

  FailoverRoutes(ServiceContext context) {
    this.context = context;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("getFailoverState", this::state);
    endpoints.on("listIncidents", this::history);
    endpoints.on("getIncident", this::incident);
  }

  private Future<Answer> state(Call call) {
    Map<String, Object> json = new LinkedHashMap<>();
    // As long as there are no leases, the manager with the lowest node id acts.
    context.members().liveWith(MANAGER_ROLE).stream()
        .min(NodeId::compareTo)
        .ifPresent(node -> json.put("manager", node.value()));
    json.put("incidents", incidents(i -> !i.ended(), MAX_LIMIT));
    return Future.succeededFuture(Answer.ok(json));
  }

  private Future<Answer> history(Call call) {
    Query query = call.query();
    Optional<String> service = query.text("service", Text.NAME);
    int limit = (int) query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    List<?> incidents =
        incidents(i -> service.isEmpty() || i.service().equals(service.get()), limit);
    return Future.succeededFuture(Answer.ok(incidents));
  }

  private Future<Answer> incident(Call call) {
    String id = call.name("id");
    return Future.succeededFuture(
        context.catalog().all(Kind.INCIDENT, Incident.class).entrySet().stream()
            .filter(e -> e.getKey().name().equals(id))
            .findFirst()
            .map(e -> Answer.ok(json(e.getKey(), e.getValue())))
            .orElseThrow(
                () -> Problem.of(404, "unknown-incident", "there is no incident '" + id + "'")));
  }

  /** Newest first. */
  private List<Map<String, @Nullable Object>> incidents(Predicate<Incident> which, int limit) {
    return context.catalog().all(Kind.INCIDENT, Incident.class).entrySet().stream()
        .filter(e -> which.test(e.getValue()))
        .sorted(
            Comparator.comparingLong((Map.Entry<FacetKey, Incident> e) -> e.getValue().openedAtMs())
                .reversed())
        .limit(limit)
        .map(e -> json(e.getKey(), e.getValue()))
        .toList();
  }

  private static Map<String, @Nullable Object> json(FacetKey key, Incident incident) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", key.name());
    json.putAll(RecordJson.of(incident));
    return json;
  }
}
