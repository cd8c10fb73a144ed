package io.hawser.gateway.routes;

import io.hawser.bus.client.BalancerClient;
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
import io.hawser.model.BalancerMessage.AskPick;
import io.hawser.model.BalancerMessage.Picked;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import io.hawser.model.Outcome;
import io.hawser.model.RoleTerm;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses an instance for clients that connect by themselves. */
final class PickRoutes {
  private static final int MAX_KEY = 1_024;

  private static final Set<String> AWAY =
      Set.of("no-instance", RoleTerm.UNCONFIRMED, BalancerClient.NO_BALANCER);

  private final ServiceContext context;
  private final BalancerClient balancers;
  private final Picker picker = new Picker();

  PickRoutes(ServiceContext context) {
    this.context = context;
    this.balancers = new BalancerClient(context.bus(), context.members());
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("pickInstance", this::pick);
  }

  private Future<Answer> pick(Call call) {
    String service = call.name("service");
    Query query = call.query();
    Optional<String> key = query.text("key", Text.plain(MAX_KEY));
    Optional<Strategy> strategy = query.word("strategy", Strategy.class);
    boolean keyed = strategy.isEmpty() || strategy.get() == Strategy.CONSISTENT_HASH;
    if (key.isPresent() && !keyed) {
      throw Query.bad("key", "goes with the strategy consistent-hash, or with none");
    }
    Traffic traffic = Now.traffic(context);
    List<InstanceView> all = context.catalog().service(service).instances();
    if (all.isEmpty()) {
      throw Problem.of(404, "unknown-service", "the service '" + service + "' has no instances");
    }
    if (traffic.exclusive(service) && !traffic.confirmed()) {
      throw Outcomes.unavailable(RoleTerm.UNCONFIRMED, RoleTerm.unconfirmed(service));
    }
    List<InstanceView> routable = all.stream().filter(traffic::mayGoTo).toList();
    return picked(service, strategy, key, routable)
        .map(
            picked ->
                Answer.ok(
                    InstanceJson.of(picked.orElseThrow(() -> none(service, all.size())), traffic)));
  }

  private Future<Optional<InstanceView>> picked(
      String service,
      Optional<Strategy> strategy,
      Optional<String> key,
      List<InstanceView> routable) {
    if (strategy.isEmpty() && key.isPresent()) {
      return Future.succeededFuture(Picker.byKey(key.get(), routable));
    }
    return switch (strategy.orElse(Strategy.ROUND_ROBIN)) {
      case ROUND_ROBIN -> Future.succeededFuture(picker.inTurn(service, routable));
      case WEIGHTED_RANDOM ->
          Future.succeededFuture(Picker.byWeight(routable, ThreadLocalRandom.current()::nextInt));
      case LEAST_CONNECTIONS, DYNAMIC_SCORE, TWO_CHOICES, PEAK_EWMA, CONSISTENT_HASH ->
          ask(new AskPick(service, strategy.orElseThrow(), key.orElse("")));
    };
  }

  /** A balancer, which knows what is at work and how fast they answer. */
  private Future<Optional<InstanceView>> ask(AskPick request) {
    return balancers.pick(request).map(outcome -> context.catalog().instance(chosen(outcome)));
  }

  private static InstanceKey chosen(Outcome<Picked> outcome) {
    if (outcome instanceof Outcome.Rejected<Picked> refused && AWAY.contains(refused.code())) {
      throw Outcomes.unavailable(refused.code(), refused.detail());
    }
    return Outcomes.value("the pick", outcome).instance();
  }

  private static Problem none(String service, int all) {
    return Outcomes.unavailable(
        "no-instance",
        "none of the " + all + " instances of '" + service + "' can take traffic now");
  }
}
