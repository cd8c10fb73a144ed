package io.hawser.gateway.routes;

import io.hawser.bus.client.FailoverClient;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.input.PoolInput;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.RecordJson;
import io.hawser.gateway.json.Text;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.FailoverMessage.Operate;
import io.hawser.model.FailoverMessage.Outlook;
import io.hawser.model.FailoverMessage.ServiceOutlook;
import io.hawser.model.FailoverMessage.Verb;
import io.hawser.model.Outcome;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the failover manager does and did, from its records in the catalog; what it would do, and
 * what operators order, by asking the one that acts.
 */
final class FailoverRoutes {
  /** Refusals that pass by themselves, with how they are called here. */
  private static final Map<String, String> UNAVAILABLE =
      Map.of(
          FailoverClient.NOT_MANAGER,
          "no-manager",
          "no-quorum",
          "no-quorum",
          "no-storage",
          "no-storage");

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final ServiceContext context;
  private final FailoverClient client;

  FailoverRoutes(ServiceContext context) {
    this.context = context;
    this.client = new FailoverClient(context.bus(), context.members());
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("getFailoverState", this::state);
    endpoints.on("listIncidents", this::history);
    endpoints.on("getIncident", this::incident);
    endpoints.on("planFailover", this::plan);
    endpoints.on("forceFailover", call -> begin(call, Verb.FAILOVER));
    endpoints.on("switchOver", call -> begin(call, Verb.SWITCHOVER));
    endpoints.on("pauseFailover", this::pause);
    endpoints.on("resumeFailover", call -> note(call, Verb.RESUME));
    endpoints.on("acknowledgeFailover", call -> note(call, Verb.ACK));
  }

  /** Also without a manager: then what is known of the incidents is all there is. */
  private Future<Answer> state(Call call) {
    Map<String, Object> json = new LinkedHashMap<>();
    return client
        .outlook("")
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Ok<Outlook> ok) {
                json.putAll(head(ok.value()));
              }
              json.put("incidents", incidents(i -> !i.ended(), MAX_LIMIT));
              if (outcome instanceof Outcome.Ok<Outlook> ok) {
                json.put("services", outlooks(ok.value(), FailoverRoutes::remarkable));
              }
              return Answer.ok(json);
            });
  }

  private static boolean remarkable(ServiceOutlook service) {
    return service.blockedUntilMs() != 0
        || service.pause().isPresent()
        || service.poolReady() < service.poolMinimum();
  }

  private Future<Answer> plan(Call call) {
    Optional<String> service = call.query().text("service", Text.NAME);
    return client
        .outlook(service.orElse(""))
        .map(
            outcome -> {
              Outlook outlook = value("the plan", outcome);
              Map<String, Object> json = head(outlook);
              json.put("services", outlooks(outlook, s -> true));
              return Answer.ok(json);
            });
  }

  private static Map<String, Object> head(Outlook outlook) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("manager", outlook.node().value());
    json.put("term", outlook.term());
    json.put("massFailure", outlook.massFailure());
    return json;
  }

  private static List<?> outlooks(Outlook outlook, Predicate<ServiceOutlook> which) {
    return outlook.services().stream().filter(which).map(RecordJson::of).toList();
  }

  private Future<Answer> begin(Call call, Verb verb) {
    Operate order = call.read(PoolInput.order(verb, call.name("service")));
    return client
        .operate(order)
        .map(outcome -> value("the order", outcome))
        .map(done -> Answer.whole(202, Map.of("incident", done.incident()), Map.of()));
  }

  private Future<Answer> note(Call call, Verb verb) {
    return done(call.read(PoolInput.order(verb, call.name("service"))));
  }

  private Future<Answer> pause(Call call) {
    Maintenance pause = call.read(PoolInput.maintenance(context.time().wallMs()));
    return done(
        new Operate(
            Verb.PAUSE,
            call.name("service"),
            "",
            "",
            pause.owner(),
            pause.reason(),
            pause.untilMs()));
  }

  private Future<Answer> done(Operate order) {
    return client
        .operate(order)
        .map(outcome -> value("the order", outcome))
        .map(done -> Answer.noContent());
  }

  private static <T> T value(String what, Outcome<T> outcome) {
    if (outcome instanceof Outcome.Rejected<T> r && UNAVAILABLE.containsKey(r.code())) {
      throw Outcomes.unavailable(UNAVAILABLE.getOrDefault(r.code(), r.code()), r.detail());
    }
    return Outcomes.value(what, outcome);
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
