package io.hawser.gateway.routes;

import io.hawser.catalog.InstanceView;
import io.hawser.gateway.core.InstanceJson;
import io.hawser.gateway.core.Picker;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.core.Traffic;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.http.Outcomes;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.Text;
import io.hawser.gateway.json.Words;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.RoleTerm;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses an instance for clients that connect by themselves. */
final class PickRoutes {
  private static final int MAX_KEY = 1_024;

  private final ServiceContext context;
  private final Picker picker = new Picker();

  PickRoutes(ServiceContext context) {
    this.context = context;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("pickInstance", this::pick);
  }

  private Future<Answer> pick(Call call) {
    String service = call.name("service");
    Query query = call.query();
    Optional<String> key = query.text("key", Text.plain(MAX_KEY));
    Optional<Strategy> strategy = query.word("strategy", Strategy.class);
    if (key.isPresent() && strategy.isPresent()) {
      throw Query.bad("key", "chooses by itself; leave strategy out");
    }
    Traffic traffic = Now.traffic(context);
    List<InstanceView> all = context.catalog().service(service).instances();
    if (all.isEmpty()) {
      throw Problem.of(404, "unknown-service", "the service '" + service + "' has no instances");
    }
    List<InstanceView> routable = all.stream().filter(traffic::mayGoTo).toList();
    if (traffic.exclusive(service) && !traffic.confirmed()) {
      throw Outcomes.unavailable(
          "role-unconfirmed",
          "'"
              + service
              + "' is exclusive, and the store has not confirmed for "
              + RoleTerm.MS
              + " ms which instance is active");
    }
    Optional<InstanceView> picked =
        key.isPresent()
            ? Picker.byKey(key.get(), routable)
            : byStrategy(strategy.orElse(Strategy.ROUND_ROBIN), service, routable);
    return Future.succeededFuture(
        Answer.ok(InstanceJson.of(picked.orElseThrow(() -> none(service, all.size())), traffic)));
  }

  private Optional<InstanceView> byStrategy(
      Strategy strategy, String service, List<InstanceView> routable) {
    return switch (strategy) {
      case ROUND_ROBIN -> picker.inTurn(service, routable);
      case WEIGHTED_RANDOM -> Picker.byWeight(routable, ThreadLocalRandom.current()::nextInt);
      case LEAST_CONNECTIONS, DYNAMIC_SCORE, TWO_CHOICES, PEAK_EWMA, CONSISTENT_HASH ->
          throw Problem.notImplemented("pick by " + Words.of(strategy));
    };
  }

  private static Problem none(String service, int all) {
    return Outcomes.unavailable(
        "no-instance",
        "none of the " + all + " instances of '" + service + "' can take traffic now");
  }
}
